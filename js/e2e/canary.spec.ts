// No secret of a sign-in is in anything that is shown, sent to a front end, logged, saved or kept.

import { expect } from '@playwright/test'
import { failures, printers, secretTeller, tellers } from './canary/cells.ts'
import { findLeaks } from './canary/leaks.ts'
import { type Run, test } from './canary/run.ts'

interface Row {
  title: string
  /** the places looked at, and how many there are */
  places: RegExp
  count: number
  /** what is in each of them all: they were read, and are of this run */
  known: RegExp[]
}

const crashed = [/fatal error: fault/, /^goroutine \d+ .*\[.*\n(.*\n)+?^goroutine \d+ .*\[/m]

const rows: Row[] = [
  {
    title: 'E72 saved notebooks, with the state of their widgets, and checkpoints',
    places: /^(code|implicit|headless): (notebook|checkpoint)$/,
    count: 5,
    known: [/application\/vnd\.jupyter\.widget-state\+json/, /"status": ?"signed_in"/],
  },
  {
    title: 'E72 exports: HTML, Markdown, a copy',
    places: /: (HTML|exported as (html|markdown|notebook))$/,
    count: 8,
    known: [/dotenv_folder|base_url/, /client_id/],
  },
  { title: 'E72 exports: the cells alone', places: /: exported as script$/, count: 2, known: [/ipyauth\.NewAuth/] },
  {
    title: 'E76 log of the server and its kernels at debug level, and their crash with all stacks',
    places: /^file .*jupyter\.log$/,
    count: 1,
    known: [/^\[D .*Kernel/m, ...crashed],
  },
  {
    title: 'E76 crash of a kernel with all stacks',
    places: /^headless: terminal$/,
    count: 1,
    known: crashed,
  },
  {
    title: "E76 the kernel's own log at debug level",
    places: /^headless: messages$/,
    count: 1,
    known: [/an answer .*was ignored/],
  },
  { title: 'E76 ipyauth doctor', places: /^doctor/, count: 2, known: [/client_id, client_secret, issuer/] },
  { title: 'E76 consoles of the browser', places: /^consoles$/, count: 1, known: [/Starting WebSocket/] },
  {
    title: 'E77 messages between front end and kernel, both ways',
    places: /^(code|implicit|headless): messages$/,
    count: 3,
    known: [/["']type["']: ?["']callback["']/, /["']ct["']: ?["']/, /signed_in/, /details/],
  },
  {
    title: 'E78 the access log: codes are scrubbed, fragments never sent',
    places: /^file .*jupyter\.log$/,
    count: 1,
    known: [/200 GET \/callback\/\?code=\[secret\]&state=\[secret\]/, /200 GET \/callback\/ \(/],
  },
  { title: 'E78 requests to the Jupyter server', places: /^requests to Jupyter$/, count: 1, known: [/api\/contents/] },
  { title: 'E78 referrers', places: /^referrers$/, count: 1, known: [/http:\/\/localhost:\d+\/lab/] },
  {
    title: 'E79 arguments and environment of the kernels',
    places: /^process \d+ .*ipyauth kernel/,
    count: 2,
    known: [/GOTRACEBACK=all/],
  },
  {
    title: 'E79 what scripts of the page can read: storages, caches, cookies, addresses, the page itself',
    places: /^(code|implicit): page$/,
    count: 2,
    known: [/"localStorage":\{/, /"addresses":\["/, /signed in/],
  },
]

for (const row of rows) {
  test(row.title, ({ run }) => {
    const places = [...run.places].filter(([place]) => row.places.test(place))
    expect(places.map(([place]) => place)).toHaveLength(row.count)
    for (const [place, bytes] of places) {
      for (const known of row.known) expect(known.test(bytes.toString('latin1')), `${known} in ${place}`).toBe(true)
    }
    expect(leaks(places, run.secrets)).toEqual({})
  })
}

test('every kind of secret was there to be found', ({ run }) => {
  const kinds = new Set([...run.secrets.keys()].map((name) => name.replace(/ \d+$/, '')))
  expect([...kinds].sort()).toEqual([
    'access_token',
    'access_token in an address',
    'client secret',
    'code',
    'code_verifier',
    'id_token',
    'id_token in an address',
    'refresh_token',
  ])
  // Of two sign-ins in the browser, one refused, two renewals, one refused, and a sign-in without a browser.
  for (const kind of ['access_token', 'refresh_token']) {
    expect([...run.secrets.keys()].filter((name) => new RegExp(`^${kind} \\d+$`).test(name))).toHaveLength(5)
  }
})

test('E73 E75 cells that print, marshal, walk through and panic with the session', ({ run }) => {
  for (const name of ['code', 'implicit', 'headless']) {
    for (const cell of printers) {
      const shown = outputOf(run, name, cell)
      // nbclient takes nothing more for a cell that has ended; its goroutine may write later.
      if (name === 'headless' && cell.startsWith('go ')) continue
      expect(shown, `${name}: ${cell}`).toMatch(/signed in|signed_in|\[redacted\]|settings|HOM|ipyauth|nil map/)
      expect(findLeaks(shown, run.secrets), `${name}: ${cell}`).toEqual([])
    }
    expect(outputOf(run, name, printers[0] ?? '')).toContain('access token    ••••')
  }
})

test('E74 cells that say the token: the kernel hides it in what it publishes', ({ run }) => {
  for (const name of ['code', 'implicit', 'headless']) {
    for (const cell of tellers) {
      const shown = outputOf(run, name, cell)
      expect(findLeaks(shown, run.secrets), `${name}: ${cell}`).toEqual([])
      if (name === 'headless' && cell.startsWith('go ')) continue
      expect(shown, `${name}: ${cell}`).toContain('[access token hidden]')
    }
  }
  for (const name of ['code', 'headless']) expect(outputOf(run, name, secretTeller)).toContain('[client secret hidden]')
})

test('E76 errors after answers that say every secret back', ({ run }) => {
  for (const cell of [failures.otherHost, failures.userInfo]) {
    const shown = outputOf(run, 'code', cell)
    expect(shown, cell).toMatch(/not sent to example\.invalid|answered with status 400/)
    expect(findLeaks(shown, run.secrets), cell).toEqual([])
  }
})

test('E79 children of the kernel', ({ run }) => {
  const [cell = ''] = printers.filter((source) => source.includes('exec.Command'))
  for (const name of ['code', 'implicit', 'headless']) {
    const shown = outputOf(run, name, cell)
    expect(shown).toContain('GOTRACEBACK=all')
    expect(findLeaks(shown, run.secrets), name).toEqual([])
  }
})

test('E79 every other process, and every file in home folder and temporary folder', ({ run }) => {
  const places = [...run.places].filter(([place]) => /^(file|process) /.test(place))
  for (const known of ['nbsignatures.db', 'canary-code.ipynb', 'jupyterlab-workspace', 'jupyterlab', 'chromium']) {
    expect(
      places.some(([place]) => place.includes(known)),
      known,
    ).toBe(true)
  }
  expect(leaks(places, run.secrets)).toEqual({})
})

// The files in which the browser writes down each address it was at. The callback page can't prevent it (RFC 9700
// section 4.3.2): codes are of no use by then, tokens of the implicit grant are; SECURITY.md says so.
const histories = /^browser profile (Default\/(History|Sessions\/)|segmentation_platform\/ukm_db)/

test('E79 what the browser keeps on disk', ({ run }) => {
  const profile = [...run.places].filter(([place]) => place.startsWith('browser profile '))
  expect(profile.length).toBeGreaterThan(50)
  for (const known of ['Local Storage', 'Cache_Data', 'Default/History']) {
    expect(
      profile.some(([place]) => place.includes(known)),
      known,
    ).toBe(true)
  }
  const unaddressed = new Map([...run.secrets].filter(([name]) => !/^code \d|in an address|^id_token/.test(name)))
  expect(unaddressed.size).toBeGreaterThan(5)
  expect(
    leaks(
      profile.filter(([place]) => histories.test(place)),
      unaddressed,
    ),
  ).toEqual({})
  expect(
    leaks(
      profile.filter(([place]) => !histories.test(place)),
      run.secrets,
    ),
  ).toEqual({})
})

test('E80 the browser asks nobody but Jupyter and the providers', ({ run }) => {
  expect(run.contacted).toEqual(run.expected)
  // A request to anybody else would have been seen.
  expect(run.control).toContain('127.0.0.1:9')
})

/** What is found where; nothing, for places where nothing is. */
function leaks(places: [string, Buffer][], secrets: ReadonlyMap<string, string>): Record<string, string[]> {
  const found = places.map(([place, bytes]) => [place, findLeaks(bytes, secrets)] as const)
  return Object.fromEntries(found.filter(([, forms]) => forms.length > 0))
}

/** The outputs of a cell, as they are saved. */
function outputOf(run: Run, name: string, source: string): string {
  const notebook = JSON.parse(run.places.get(`${name}: notebook`)?.toString() ?? '{}')
  const found = notebook.cells.filter((cell: { source: string | string[] }) => [cell.source].flat().join('') === source)
  expect(found, source).toHaveLength(1)
  return found[0].outputs.map((output: Record<string, unknown>) => plain(output)).join('\n')
}

/** Every text in an output, one after the other. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join('')
  if (value && typeof value === 'object') return Object.values(value).map(plain).join('\n')
  return String(value)
}
