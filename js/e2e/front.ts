// What stands between people and their Jupyter server: a proxy that adds headers, a page that frames it.

import { createServer, type IncomingHttpHeaders, type RequestListener, request, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'

/** A small server of the tests' own. */
export interface Site {
  /** with its last slash */
  url: string
  stop(): Promise<void>
}

/** A page of another site that shows an address in a frame. */
export interface Frame extends Site {
  around(address: string): string
}

/** What a proxy does to the answers it passes on. */
export interface Rules {
  /** set on every page but the callback page: Jupyter's own settings for headers don't reach that either */
  headers: Record<string, string>
  /** set them on the callback page too */
  everywhere?: boolean | undefined
  /** added to every cookie */
  cookieFlags?: string
}

/** A proxy in front of a server, WebSockets included. */
export async function startProxy(target: string, rules: Rules): Promise<Site> {
  const { port } = new URL(target)
  const server = createServer((asked, answer) => {
    const { method, url: path = '/', headers } = asked
    const onward = request({ host: '127.0.0.1', port, method, path, headers }, (from) => {
      answer.writeHead(from.statusCode ?? 502, changed(from.headers, rules, path))
      from.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    asked.pipe(onward)
  })
  server.on('upgrade', (asked, socket, head) => {
    const onward = connect(Number(port), '127.0.0.1', () => {
      const lines = [`${asked.method} ${asked.url} HTTP/1.1`]
      for (let i = 0; i < asked.rawHeaders.length; i += 2)
        lines.push(`${asked.rawHeaders[i]}: ${asked.rawHeaders[i + 1]}`)
      onward.write(`${lines.join('\r\n')}\r\n\r\n`)
      onward.write(head)
      socket.pipe(onward).pipe(socket)
    })
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  })
  return listening(server, 'localhost')
}

/** Serves such a page at 127.0.0.1: the Jupyter servers are at localhost, which is another site. */
export async function startFrame(): Promise<Frame> {
  const page: RequestListener = (asked, answer) => {
    const { searchParams } = new URL(asked.url ?? '', 'http://127.0.0.1')
    answer.setHeader('Content-Type', 'text/html; charset=utf-8')
    const source = (searchParams.get('frame') ?? 'about:blank').replaceAll('&', '&amp;').replaceAll('"', '&quot;')
    answer.end(`<!doctype html><title>frame</title><iframe src="${source}" width="1150" height="800"></iframe>`)
  }
  const site = await listening(createServer(page), '127.0.0.1')
  return { ...site, around: (address) => `${site.url}?frame=${encodeURIComponent(address)}` }
}

function changed(from: IncomingHttpHeaders, rules: Rules, path: string): IncomingHttpHeaders {
  const headers = { ...from }
  if (rules.everywhere || !path.includes('/callback/')) {
    for (const [name, value] of Object.entries(rules.headers)) headers[name.toLowerCase()] = value
  }
  const cookies = from['set-cookie']
  if (cookies && rules.cookieFlags) headers['set-cookie'] = cookies.map((cookie) => `${cookie}; ${rules.cookieFlags}`)
  return headers
}

function listening(server: Server, host: string): Promise<Site> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return new Promise((found, failed) => {
    server.once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (!address || typeof address === 'string') return failed(new Error('no port'))
      const stop = () =>
        new Promise<void>((done) => {
          server.close(() => done())
          for (const socket of sockets) socket.destroy()
        })
      found({ url: `http://${host}:${address.port}/`, stop })
    })
  })
}
