import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { EpochMs } from '#lib/contract/index.ts'
import type { RecordingFile } from '../recording-format.ts'
import { RecordedResponseServer, type ReplayedHttpResponse } from './replay.ts'

const BODY_LIMIT = 1_000_000

interface ReplayOptions {
  /** TCP port of the server; 0 or absent = any free port */
  port?: number
  host?: string
  /**
   * Returns the current time of the replay, epoch milliseconds. By default, it begins with the real time and advances
   * at `speed`.
   */
  clock?: () => EpochMs
  /** Recorded seconds that pass in one real second; default 1. */
  speed?: number
}

interface ReplayServer {
  url: string
  /** Times of the first and last request in the recording, epoch milliseconds. */
  from: EpochMs
  to: EpochMs
  close(): Promise<void>
}

/**
 * Starts a server that answers like Azure from a recording. It begins with the first request of the recording, and all
 * times are moved to the present. Every client gets an identity token, because a recording contains no private data.
 */
export async function serveRecording(recording: RecordingFile, options: ReplayOptions = {}): Promise<ReplayServer> {
  const { speed = 1 } = options
  const replay = new RecordedResponseServer(recording)
  const begun = Date.now()
  const clock = options.clock ?? (() => begun + (Date.now() - begun) * speed)
  const shiftMs = clock() - replay.from
  let base = ''
  const server = createServer((request, response) => {
    respond(request)
      .then((answer) => deliver(response, answer))
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error)
        deliver(response, {
          status: 500,
          headers: JSON_TYPE,
          body: JSON.stringify({ error: { code: 'ReplayFault', message } }),
        })
      })
  })
  const respond = async (request: IncomingMessage): Promise<ReplayedHttpResponse> => {
    const url = request.url ?? '/'
    const body = await bodyOf(request)
    if (url.startsWith('/msi/token')) return token(url)
    const at = clock() - shiftMs
    const moment = { at, shiftMs, wall: Date.now(), speed, base }
    return replay.answer({ method: request.method ?? 'GET', url, body: body === '' ? null : body }, moment)
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
  })
  const { address, port } = server.address() as AddressInfo
  base = `http://${address.includes(':') ? `[${address}]` : address}:${port}`
  return {
    url: base,
    from: replay.from,
    to: replay.to,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
const LIFETIME_S = 86_400

/** Returns the response to a request for a token, in the format of the managed identity of Azure App Service. */
function token(url: string): ReplayedHttpResponse {
  const resource = new URL(url, 'http://127.0.0.1').searchParams.get('resource') ?? ''
  const expires = String(Math.floor(Date.now() / 1_000) + LIFETIME_S)
  const body = JSON.stringify({ access_token: 'replay', expires_on: expires, resource, token_type: 'Bearer' })
  return { status: 200, headers: JSON_TYPE, body }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_LIMIT) throw new Error('the request is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function deliver(response: ServerResponse, answer: ReplayedHttpResponse): void {
  if ('fault' in answer) {
    response.socket?.resetAndDestroy()
    return
  }
  response.writeHead(answer.status, answer.headers)
  response.end(answer.body)
}
