// Where the run happens: a folder that holds the home, the temporary files and the browser's profile of every
// process of the run, so that all they write is found by walking through it.

import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Servers, startServers } from '../servers.ts'

export interface Place {
  /** the folder everything of the run is below */
  folder: string
  servers: Servers
}

/** Starts the servers in a folder of their own, runs use, and removes everything. */
export async function inPlace(use: (place: Place) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ipyauth-canary-'))
  const before = { TMPDIR: process.env.TMPDIR, GOTRACEBACK: process.env.GOTRACEBACK }
  mkdirSync(join(folder, 'tmp'))
  // Whatever is started from here on inherits these: temporary files in one place, crashes told in full.
  Object.assign(process.env, { TMPDIR: join(folder, 'tmp'), GOTRACEBACK: 'all' })
  try {
    const { servers, stop } = await startServers()
    await use({ folder, servers }).finally(stop)
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
}

/** The content of every file below the folder, by its path there. */
export function filesIn(folder: string, below = ''): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  for (const name of readdirSync(join(folder, below))) {
    const path = join(below, name)
    const kind = lstatSync(join(folder, path), { throwIfNoEntry: false })
    if (kind?.isDirectory()) for (const [inner, bytes] of filesIn(folder, path)) files.set(inner, bytes)
    else if (kind?.isFile()) files.set(path, readFileSync(join(folder, path)))
  }
  return files
}

/** Command line and environment of every process that works in the folder, by its id and the line's beginning. */
export function processesIn(folder: string): Map<string, Buffer> {
  const found = new Map<string, Buffer>()
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${id}/environ`)
      if (!environment.includes(folder)) continue
      const command = readFileSync(`/proc/${id}/cmdline`)
      const line = command.toString().replaceAll('\0', ' ')
      found.set(`${id} ${line.slice(0, 200)}`, Buffer.concat([command, Buffer.from('\n'), environment]))
    } catch {
      // It ended meanwhile, or belongs to somebody else.
    }
  }
  return found
}
