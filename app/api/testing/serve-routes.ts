import { once } from 'node:events'
import { globSync } from 'node:fs'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { Readable } from 'node:stream'
import { createFrontServer, type AdmissionGate, createOpenAccessGate, type WebAddress } from '#lib/access/index.ts'

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response> | Response
type Route = { pattern: RegExp; names: string[]; module: Record<string, Handler> }

const APP = path.resolve(import.meta.dirname, '../..')

/**
 * Serves the API behind the front (the HTTP server in front of Next), without the pages, like `bin/web.ts`, on a free
 * loopback port.
 */
export async function startApiServerOnLoopback(
  gate: AdmissionGate = createOpenAccessGate,
  more: Partial<WebAddress> = {},
): Promise<{ server: Server; origin: string }> {
  const routes = await everyRoute()
  const web = { host: '127.0.0.1', port: 3000, publicUrl: null, trustProxy: false, ...more }
  const server = createFrontServer(web, (request, response) => answer(routes, request, response), gate)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** Returns all routes in Next's order: routes without a parameter first, the catch-all route last. */
async function everyRoute(): Promise<Route[]> {
  const files = globSync(['api/**/route.ts', 'metrics/route.ts'], { cwd: APP })
  const parameters = (file: string) => file.split('[').length + (file.includes('...') ? 10 : 0)
  const ranked = files.toSorted((a, b) => parameters(a) - parameters(b))
  return Promise.all(
    ranked.map(async (file) => {
      const folder = path.dirname(file)
      const names = [...folder.matchAll(/\[(\w+)\]/g)].map(([, name = '']) => name)
      const pattern = folder
        .replace(/\/\[\[\.\.\.\w+\]\]/, '(?:/.*)?')
        .replace(/\/\[\.\.\.\w+\]/, '/.+')
        .replaceAll('.json', '\\.json')
        .replaceAll(/\[\w+\]/g, '([^/]+)')
      return { pattern: new RegExp(`^/${pattern}$`), names, module: await import(path.join(APP, file)) }
    }),
  )
}

async function answer(routes: readonly Route[], incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headers } = incoming
  const pathname = url.split('?', 1)[0] ?? ''
  const route = routes.find(({ pattern }) => pattern.test(pathname))
  const handler = route?.module[method === 'HEAD' ? 'GET' : method]
  if (!route || !handler) {
    outgoing.writeHead(404).end()
    return
  }
  const values = route.pattern.exec(pathname)?.slice(1) ?? []
  const params = Object.fromEntries(route.names.map((name, i) => [name, decodeURIComponent(values[i] ?? '')]))
  const leaving = new AbortController()
  outgoing.once('close', () => leaving.abort())
  const request = new Request(new URL(url, 'http://127.0.0.1'), {
    method,
    headers: Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as [string, string]] : [],
    ),
    signal: leaving.signal,
    ...(method === 'GET' || method === 'HEAD'
      ? {}
      : { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' as const }),
  })
  const response = await handler(request, { params: Promise.resolve(params) })
  // each cookie is a separate header, and an object would keep only the last one
  const cookies = response.headers.getSetCookie()
  outgoing.writeHead(response.status, {
    ...Object.fromEntries(response.headers),
    ...(cookies.length > 0 && { 'set-cookie': cookies }),
  })
  if (!response.body || method === 'HEAD') {
    outgoing.end()
    await response.body?.cancel()
    return
  }
  // a client that closes the connection ends the stream, which is not a failure
  Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0])
    .on('error', () => {})
    .pipe(outgoing)
}
