import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import {
  resolveAllowedAddresses,
  type OutboundRules,
  createFixedLookup,
  RefusedDestinationError,
} from '#lib/notify/index.ts'
import { MAX_CALENDAR_TEXT_LENGTH } from './read/content-lines.ts'

const TIMEOUT_MS = 15_000

/**
 * Cache headers of the last response. They are sent with the next request, so that the server can report that the
 * calendar is unchanged.
 */
interface Validators {
  etag: string | null
  lastModified: string | null
}

type Fetched =
  | ({ outcome: 'changed'; text: string } & Validators)
  | { outcome: 'unchanged' }
  /**
   * The calendar could not be fetched. `reason` is a text of Peerwatch that contains no part of the server's response.
   */
  | { outcome: 'failed'; reason: string }

/**
 * Fetches a calendar with GET. An address that is not allowed (OUTBOUND_ALLOW) is refused before a connection is
 * opened. Redirects are not followed, and at most {@link MAX_CALENDAR_TEXT_LENGTH} bytes are read.
 */
export async function fetchCalendar(
  address: string,
  { etag, lastModified }: Validators,
  outbound: OutboundRules,
  end?: AbortSignal,
): Promise<Fetched> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  const signal = end ? AbortSignal.any([timeout, end]) : timeout
  try {
    return await get(new URL(address), { etag, lastModified }, outbound, signal)
  } catch (error) {
    if (end?.aborted) throw error
    return { outcome: 'failed', reason: reasonOf(error) }
  }
}

async function get(url: URL, validators: Validators, outbound: OutboundRules, signal: AbortSignal): Promise<Fetched> {
  const isEncrypted = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const addresses = await resolveAllowedAddresses(
    { host, port: Number(url.port) || (isEncrypted ? 443 : 80) },
    outbound,
    signal,
  )
  const headers: Record<string, string> = {
    accept: 'text/calendar, text/plain;q=0.5',
    'accept-encoding': 'identity',
    'user-agent': 'Peerwatch',
  }
  if (validators.etag !== null) headers['if-none-match'] = validators.etag
  if (validators.lastModified !== null) headers['if-modified-since'] = validators.lastModified
  return new Promise((resolve, reject) => {
    const request = (isEncrypted ? requestHttps : requestHttp)(
      url,
      { headers, signal, lookup: createFixedLookup(addresses), agent: false },
      (response) => {
        const status = response.statusCode ?? 0
        const finish = (fetched: Fetched) => {
          resolve(fetched)
          response.destroy()
        }
        if (status === 304) return finish({ outcome: 'unchanged' })
        if (status !== 200) return finish({ outcome: 'failed', reason: formatStatus(status) })
        const chunks: Buffer[] = []
        let bytes = 0
        response.on('error', (error) => reject(signal.aborted ? signal.reason : error))
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          chunks.push(chunk)
          if (bytes > MAX_CALENDAR_TEXT_LENGTH)
            finish({ outcome: 'failed', reason: `it has more than ${MAX_CALENDAR_TEXT_LENGTH} bytes` })
        })
        response.on('end', () =>
          resolve({
            outcome: 'changed',
            text: Buffer.concat(chunks).toString('utf8'),
            etag: response.headers.etag ?? null,
            lastModified: response.headers['last-modified'] ?? null,
          }),
        )
      },
    )
    // A timeout aborts the request. The timeout is reported instead of the abort error that it causes.
    request.on('error', (error) => reject(signal.aborted ? signal.reason : error))
    request.end()
  })
}

function formatStatus(status: number): string {
  if (status >= 300 && status < 400)
    return `HTTP ${status}: redirects are not followed; enter the address that it redirects to`
  if (status === 401 || status === 403) return `HTTP ${status}: the server refuses the address`
  if (status === 404 || status === 410) return `HTTP ${status}: the server has nothing at this address`
  return `HTTP ${status}`
}

function reasonOf(error: unknown): string {
  if (error instanceof RefusedDestinationError) return error.message
  if (error instanceof DOMException && error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1_000} s`
  const code = (error as NodeJS.ErrnoException).code
  return code === undefined ? 'the connection failed' : `the connection failed (${code})`
}
