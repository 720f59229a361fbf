import { describe, expect, test } from 'vitest'
import page from '../../callback/page/index.html?raw'
import style from '../dist/widget.css?raw'
import script from '../dist/widget.js?raw'
import lock from '../package-lock.json?raw'

const sources = Object.entries(import.meta.glob<string>('../src/*', { query: '?raw', import: 'default', eager: true }))
const bytes = (text: string) => new TextEncoder().encode(text).length

/** What must not be in our code at all; built files are looked at as well as sources. */
const FORBIDDEN: [what: string, pattern: RegExp][] = [
  ['markup from text', /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment/],
  ['code from text', /\beval\(|new Function|setTimeout\(\s*["'`]/],
  ['console', /\bconsole\b/],
  ['dialogs', /\b(?:alert|confirm|prompt)\(/],
  ['globals', /(globalThis|window|self)\.\w+\s*=[^=]/],
  ['noopener', /["'`][^"'`]*noopener[^"'`]*["'`]/],
  ['saved model state', /\b(save_changes|\.set\(["'`])/],
  ['addresses of other sites', /https?:\/\/(?!host|localhost)/],
]

const all: [name: string, text: string][] = [...sources, ['dist/widget.js', script], ['callback page', page]]

test.each(FORBIDDEN)('there is no %s', (_, pattern) => {
  const found = all.filter(([, text]) => pattern.test(text.replaceAll(/^\s*(\/?\*|\/\/).*$/gm, '')))
  expect(found.map(([name]) => name)).toEqual([])
})

test('B27 no message is posted to any origin there is', () => {
  expect(all.length).toBeGreaterThan(30)
  const posts = all.filter(([, text]) => text.includes('postMessage'))
  expect(posts.map(([name]) => name)).toEqual(
    expect.arrayContaining(['../src/deliver.ts', '../src/relay.ts', 'dist/widget.js', 'callback page']),
  )
  expect(posts.filter(([, text]) => /["'`]\*["'`]|\\x2a|\\u002a/i.test(text)).map(([name]) => name)).toEqual([])
})

test('A20 the callback page goes to no address, least of all to one from an answer', () => {
  const script = page.slice(page.indexOf('<script>'))
  // What it would look like, from the widget, which does send its window somewhere.
  const navigation = /location\s*\.\s*(?:href|assign|replace|search|hash|host)\b\s*[=(](?!=)|location\s*=[^=]|\bopen\(/
  expect('popup.location.replace(url)').toMatch(navigation)
  expect(script).not.toMatch(navigation)
  expect(page).not.toMatch(/http-equiv|\bhref\b|<form/)
})

test('files are of readable size', () => {
  const lines = (text: string) => text.split('\n').length
  expect(sources.length).toBeGreaterThan(20)
  expect(sources.filter(([name, text]) => lines(text) > (name.endsWith('.css') ? 450 : 300))).toEqual([])
})

describe('the widget', () => {
  test('keeps to its weight', () => {
    expect(bytes(script) + bytes(style)).toBeLessThanOrEqual(40_000)
  })

  test('is one module that imports nothing', () => {
    expect(script).not.toMatch(/\bimport\b\s*[("'`{*]|\brequire\(/)
  })

  test('gives anywidget render alone', async () => {
    const { default: widget, ...others } = await import('../src/widget.ts')
    expect(Object.keys(widget)).toEqual(['render'])
    expect(others).toEqual({})
  })

  test('does nothing when it is loaded', () => {
    // There is no browser here: touching document or window would throw.
    const load = import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(script)}`)
    return expect(load).resolves.toHaveProperty('default.render')
  })
})

describe('the style sheet', () => {
  test('styles nothing but the widget', () => {
    const rules = style
      .replaceAll(/@keyframes [\w-]+\{(?:[^{}]*\{[^{}]*\})*\}/g, '')
      .replaceAll(/@(?:media|container)[^{]*\{/g, '')
    const selectors = [...rules.matchAll(/([^{}]+)\{[^{}]*\}/g)].flatMap(([, list = '']) => list.split(','))
    expect(selectors.length).toBeGreaterThan(40)
    for (const selector of selectors) expect(selector.trim()).toMatch(/^\.ipyauth\b/)
    expect([...style.matchAll(/@keyframes ([\w-]+)/g)].map(([, name]) => name)).toEqual(['ipyauth-turn'])
  })

  test('loads nothing', () => {
    expect(style).not.toMatch(/@import|url\(/)
  })
})

describe('the callback page', () => {
  test('keeps to its weight', () => {
    expect(bytes(page)).toBeLessThanOrEqual(13_000)
  })

  test('is one file: one script, one style, both inline, nothing loaded', () => {
    expect(page.match(/<script/g)).toHaveLength(1)
    expect(page.match(/<style/g)).toHaveLength(1)
    expect(page).not.toMatch(/<(?:link|img|iframe|object|embed|base|form|a)\b/)
    expect(page).not.toMatch(/\b(?:src|href|style|on\w+)=["']/)
  })

  test('is complete', () => {
    expect(page).not.toMatch(/\/\* (?:script|style) \*\//)
    expect(page.match(/<\/script>/g)).toHaveLength(1)
  })
})

test('the lock file names no host to fetch from', () => {
  expect(lock).not.toMatch(/"resolved"|registry/)
})
