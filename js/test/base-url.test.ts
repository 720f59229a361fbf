// @vitest-environment jsdom
import { beforeEach, expect, test } from 'vitest'
import { callbackUrl, findBaseUrl } from '../src/base-url.ts'

const at = (path: string) =>
  ({ href: `http://host:8888${path}`, origin: 'http://host:8888', pathname: path }) as Location

/** What JupyterLab and Notebook 7 put into their page. */
function pageConfig(text: string): void {
  const script = document.createElement('script')
  script.id = 'jupyter-config-data'
  script.type = 'application/json'
  script.textContent = text
  document.head.append(script)
}

beforeEach(() => {
  document.head.replaceChildren()
  delete document.body.dataset.baseUrl
})

test.each([
  ['/', '/'],
  ['/user/alice/', '/user/alice/'],
  ['/user/alice', '/user/alice/'],
  ['http://host:8888/user/alice/', '/user/alice/'],
])('page config %j', (baseUrl, found) => {
  pageConfig(JSON.stringify({ baseUrl }))
  expect(findBaseUrl(document, at('/anywhere/lab'))).toBe(found)
})

test.each([
  ['another origin', '{"baseUrl":"https://elsewhere/x/"}'],
  ['broken JSON', '{'],
  ['another type', '{"baseUrl":7}'],
  ['null', 'null'],
  ['nothing', ''],
])('page config with %s: the path decides', (_, text) => {
  pageConfig(text)
  expect(findBaseUrl(document, at('/user/alice/lab/tree/a.ipynb'))).toBe('/user/alice/')
})

test('the classic notebook tells it on the body', () => {
  document.body.dataset.baseUrl = '/user/bob/'
  expect(findBaseUrl(document, at('/somewhere'))).toBe('/user/bob/')
})

test.each([
  ['/lab', '/'],
  ['/lab/tree/x/lab/y.ipynb', '/'],
  ['/user/alice/notebooks/a.ipynb', '/user/alice/'],
  ['/base/nbclassic/notebooks/a.ipynb', '/base/'],
  ['/base/tree', '/base/'],
  ['/labels/lab/tree', '/labels/'],
  ['/unknown/page', '/'],
  ['/', '/'],
])('path %s', (path, found) => {
  expect(findBaseUrl(document, at(path))).toBe(found)
})

test('names the callback page', () => {
  expect(callbackUrl('/user/alice/', at('/'))).toBe('http://host:8888/user/alice/callback/')
})
