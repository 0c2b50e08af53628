import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { classifyDatabaseFailure } from '#lib/platform/database-failure.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { createWebServer } from '#lib/platform/tls.ts'
import type { FallthroughHandler } from './brotli-file-handler.ts'
import { CLIENT_ADDRESS_HEADER, writeCallerHeader, INTERNAL_HEADERS, SHARED_ADDRESS_HEADER } from './caller/caller.ts'
import type { AdmissionGate } from './front/admission-gate.ts'
import {
  UNREAD_BODY_CLOSE_DELAY_MS,
  limitBodyLength,
  limitConnections,
  closeAfterResponse,
} from './front/http-limits.ts'
import { isPageRequest, renderRefusalPage } from './front/refusal-page.ts'
import { isBehindProxy, isLocalOrPrivateAddress, parseForwardedAddress, type WebAddress } from './own-addresses.ts'
import {
  type RequestWithoutBody,
  refuseLongBody,
  type FrontRefusal,
  createRequestCheck,
  getMaxBodyBytes,
  getRequestPath,
  refuseUnknownMethod,
} from './refusal.ts'
import { PROBLEM_CONTENT_TYPE, type ProblemDetails, type AccessRight } from '#lib/contract/index.ts'

/**
 * Time in milliseconds for which the server keeps an idle connection open. Clients and proxies usually reuse
 * connections for 60 s, so it must be longer. If the server closes a connection just as the client sends a request, the
 * client cannot know whether the request was executed. With the default of Node.js, 5 s, this would happen often.
 */
const KEEP_ALIVE_MS = 75_000

/**
 * Number of seconds for which browsers use only https (HSTS): one year, the minimum for the browsers' preload lists
 * (RFC 6797). Subdomains are not included, because they may belong to somebody else.
 */
const HSTS_SECONDS = 31_536_000

/**
 * Minimum time in milliseconds between two database records about an untrusted proxy, and between two log messages
 * about refused connections.
 */
const NOTED_EVERY_MS = 3_600_000

const FORWARDED = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
]

/**
 * Responses to requests that Node.js could not receive completely or parse, by error code. Other codes get {@link
 * MALFORMED}, except for unknown methods.
 */
const PARSER_FAULTS: Record<string, FrontRefusal> = createSafeLookupTable({
  HPE_HEADER_OVERFLOW: { status: 431, detail: 'The headers are larger than 16 kB: send less.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, detail: 'The request did not arrive in time.' },
})
const AWAY: FrontRefusal = {
  status: 503,
  detail:
    'The database does not answer, so nobody can sign in. Peerwatch tries again with each request; see /api/health.',
  headers: { 'retry-after': '2' },
  page: {
    title: 'The database does not answer',
    text: 'Peerwatch needs it to see who asks. This page tries again every 5 seconds; the monitored network is not affected.',
    againInSeconds: 5,
  },
}
const MALFORMED: FrontRefusal = { status: 400, detail: 'This is not an HTTP request.' }

/**
 * Creates the HTTP server that receives all requests. It refuses some requests itself, and passes all others to the web
 * framework. A refusal is a problem document (RFC 9457), or an HTML page if a browser requested a page.
 * @param gate decides whether a request is admitted, and identifies its caller. Handlers read the caller with
 *   `readCaller`.
 * @param options `upgrade`: handles requests to switch to another protocol; without it these are handled like other
 *   requests. `files`: serves static files before the web framework. `onUntrusted`: called at most once an hour when a
 *   request came through a proxy although TRUST_PROXY is not set.
 */
export function createFrontServer(
  web: WebAddress,
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  gate: AdmissionGate,
  options: {
    upgrade?: ((request: IncomingMessage, socket: Duplex, head: Buffer) => void) | null
    files?: FallthroughHandler | null
    onUntrusted?: () => void
  } = {},
): Server {
  const answerOf = createRequestCheck(web)
  const log = createComponentLogger('web')

  /**
   * True if there is a proxy that the settings do not trust, so that all clients seem to have the proxy's address. This
   * is derived from the settings and not from request headers, because clients can forge headers.
   */
  const isShared = !web.trustProxy && isBehindProxy(web)
  let notedAt = Number.NEGATIVE_INFINITY
  /**
   * If a request seems to come through a proxy although TRUST_PROXY is not set, calls `onUntrusted`, at most once an
   * hour. Also logs a warning the first time.
   */
  const recordForwarded = ({ headers, socket }: IncomingMessage): void => {
    if (web.trustProxy || !isLocalOrPrivateAddress(socket.remoteAddress ?? '')) return
    if (performance.now() - notedAt <= NOTED_EVERY_MS || FORWARDED.every((name) => headers[name] === undefined)) return
    options.onUntrusted?.()
    if (notedAt < 0)
      log.warn(
        'requests come through a proxy, and TRUST_PROXY is not set: everybody has the proxy\u2019s address, and shares its attempts to sign in',
      )
    notedAt = performance.now()
  }
  let refusedAt = Number.NEGATIVE_INFINITY
  const recordRefused = (network: string): void => {
    if (performance.now() - refusedAt <= NOTED_EVERY_MS) return
    refusedAt = performance.now()
    log.warn({ network }, 'a connection was closed, because too many are open; said once an hour')
  }

  const published = web.publicUrl === null ? null : new URL(web.publicUrl)
  /**
   * Reports whether the client uses https. This is the case if the connection itself uses TLS, or if PUBLIC_URL is
   * https and the request is for its host, because then a proxy receives the TLS connection.
   */
  const isSecure = ({ socket, headers }: IncomingMessage): boolean =>
    'encrypted' in socket || (published?.protocol === 'https:' && headers.host === published.host)

  const serve = (request: IncomingMessage, response: ServerResponse) => {
    cutRest(request, response)
    const maxBytes = getMaxBodyBytes(getRequestPath(request.url ?? ''))
    limitBodyLength(request, maxBytes, () => {
      closeAfterResponse(request)
      if (response.headersSent) return request.socket.destroySoon()
      response.setHeader('connection', 'close')
      send(response, refuseLongBody(maxBytes), request)
    })
    if (isSecure(request)) response.setHeader('strict-transport-security', `max-age=${HSTS_SECONDS}`)
    const answer = answerOf(askedBy(request))
    if (answer) return send(response, answer, request)
    if (options.files?.(request, response)) return
    const address = remoteAddress(request, web.trustProxy)
    recordForwarded(request)
    if (!web.trustProxy) for (const name of FORWARDED) delete request.headers[name]
    for (const name of INTERNAL_HEADERS) delete request.headers[name]
    request.headers[CLIENT_ADDRESS_HEADER] = address
    if (isShared && isLocalOrPrivateAddress(address)) request.headers[SHARED_ADDRESS_HEADER] = 'yes'
    admitted(request, response).catch((error: unknown) => {
      log.error({ err: error, path: getRequestPath(request.url ?? '') }, 'a request failed')
      if (response.headersSent) return response.destroy()
      send(response, { status: 500, detail: 'Peerwatch failed to answer; its log says why.' }, request)
    })
  }

  const admitted = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', headers } = request
    const admission = await gate({ method, url, headers }).catch((error: unknown) => {
      if (classifyDatabaseFailure(error) === null) throw error
      log.warn({ err: error }, 'who sends a request is unknown: the database does not answer')
      return { answer: AWAY }
    })
    if ('answer' in admission) return send(response, admission.answer, request)
    if (admission.caller) writeCallerHeader(headers, admission.caller)
    await handle(request, response)
  }

  const failed = (error: Error) =>
    log.error({ err: error }, 'the renewed certificate is not used; the former one stays')
  const server = createWebServer(web.tls ?? null, serve, { keepAliveTimeout: KEEP_ALIVE_MS, failed })
  limitConnections(server, web.trustProxy || isShared, recordRefused)
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (answerOf(askedBy(request)) === null) response.writeContinue()
    serve(request, response)
  })
  const { upgrade } = options
  if (upgrade) {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (answerOf(askedBy(request)) === null) upgrade(request, socket, head)
      else socket.destroy()
    })
  }
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    sendRaw(socket, refuseUnknownMethod(`${request.method} /`), '/')
  })
  server.on('clientError', (error: Error & { code?: string; rawPacket?: Buffer }, socket: Duplex) => {
    // browsers open some connections in advance and may never send a request on them
    const isUnused = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && (socket as Socket).bytesRead === 0
    if (error.code === 'ECONNRESET' || isUnused || !socket.writable) return socket.destroy()
    const start = error.rawPacket?.toString('latin1', 0, 2_048) ?? ''
    const isMethod = error.code === 'HPE_INVALID_METHOD' && /^[\w!#$%&'*+.^`|~-]+ \S+ HTTP\/1/.test(start)
    sendRaw(socket, isMethod ? refuseUnknownMethod(start) : (PARSER_FAULTS[error.code ?? ''] ?? MALFORMED), '/')
  })
  return server
}

function askedBy({ method = '', url = '', headers, socket }: IncomingMessage): RequestWithoutBody {
  return { method, url, headers, socketAddress: socket.localAddress ?? '' }
}

/**
 * Returns the address of the client. If the proxy is trusted, this is the last entry of X-Forwarded-For, because a
 * client can forge all earlier entries. Otherwise, or if that entry is not an IP address, it is the address from which
 * the connection comes.
 */
function remoteAddress({ headers, socket }: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy ? String(headers['x-forwarded-for'] ?? '') : ''
  return parseForwardedAddress(forwarded.split(',').at(-1) ?? '') ?? socket.remoteAddress ?? ''
}

function send(response: ServerResponse, answer: FrontRefusal, request: IncomingMessage): void {
  const { headers, body } = written(answer, request)
  response.writeHead(answer.status, { ...headers, ...SAFE, ...answer.headers })
  response.end(request.method === 'HEAD' ? null : body)
}

/**
 * Builds the headers and body of a response. A response without a detail text, for example a redirect, has an empty
 * body. Otherwise the body is an HTML page if a browser requested a page, or a problem document.
 */
function written(
  answer: FrontRefusal,
  request: IncomingMessage,
): { headers: Record<string, string>; body: string | null } {
  const { status, detail, missingRight } = answer
  if (detail === null) return { headers: {}, body: null }
  if (isPageRequest(request)) {
    const { headers, html } = renderRefusalPage(answer, request.headers.cookie)
    return { headers, body: html }
  }
  return {
    headers: PROBLEM_HEADERS,
    body: formatProblem(status, detail, getRequestPath(request.url ?? ''), missingRight),
  }
}

/**
 * Writes a response directly to a socket. This is needed if Node.js could not parse the request and therefore has no
 * response object.
 */
function sendRaw(socket: Duplex, { status, detail, headers }: FrontRefusal, path: string): void {
  const body = formatProblem(status, detail ?? '', path)
  const all = {
    ...PROBLEM_HEADERS,
    ...SAFE,
    ...headers,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.on('error', () => {})
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`)
}

const SAFE = { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' }

/**
 * After the response, closes the connection if the client is still sending its request body. The client has {@link
 * UNREAD_BODY_CLOSE_DELAY_MS} to read the response.
 */
function cutRest(request: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => {
    if (request.complete) return
    setTimeout(() => {
      // if the request is complete by now, the connection may already be in use for the next request
      if (!request.complete) request.socket.destroy()
    }, UNREAD_BODY_CLOSE_DELAY_MS).unref()
  })
}

/**
 * Returns an error as the JSON text of a problem document (RFC 9457).
 * @param detail text that tells the user what to do
 * @param path path of the request, without its query
 * @param missingRight the right that the caller lacks, for status 403
 */
export function formatProblem(status: number, detail: string, path: string, missingRight?: AccessRight): string {
  const body: ProblemDetails = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance: path,
    ...(missingRight && { missingRight }),
  }
  return JSON.stringify(body)
}

export const PROBLEM_HEADERS = { 'content-type': PROBLEM_CONTENT_TYPE, 'cache-control': 'no-store' }
