import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { z } from 'zod'
import { resolveAllowedAddresses, type Outbound, createFixedLookup } from '../outbound/destination.ts'
import { type Delivery, failed, toConnectionFailure, type SenderContext } from './sender.ts'

const targetSchema = z.object({ url: z.string() })

/** Returns the URL in a channel's target. Throws if it has none. */
export const urlOf = (target: unknown): string => targetSchema.parse(target).url

const GONE = 410

/** Maximum number of bytes of a response body that are received and ignored; after that the connection is closed. */
const IGNORED_BYTES = 65_536

interface Post {
  url: string
  /** body as JSON text */
  body: string
  headers?: Record<string, string>
  /**
   * error text for a status of 401 or 403, if something other than the address may be wrong; absent = the usual text
   */
  refused?: string
}

/**
 * POSTs a JSON body to an allowed address. Redirects are not followed, because the message is meant only for this
 * receiver.
 */
export async function postJson(
  { url, body, headers, refused }: Post,
  { settings, outbound }: SenderContext,
): Promise<Delivery> {
  const sent = { 'content-type': 'application/json', 'user-agent': 'Peerwatch', ...headers }
  try {
    const signal = AbortSignal.timeout(settings['webhook.timeout'])
    return deliveryOf(await post(new URL(url), { headers: sent, body, signal, outbound }), refused)
  } catch (error) {
    return toConnectionFailure(error)
  }
}

interface Posted {
  headers: Record<string, string>
  body: string
  signal: AbortSignal
  outbound: Outbound
}

/**
 * Sends a POST request. The body of the response is ignored.
 * @returns the status of the response
 */
async function post(url: URL, { headers, body, signal, outbound }: Posted): Promise<number> {
  const isEncrypted = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const addresses = await resolveAllowedAddresses(
    { host, port: Number(url.port) || (isEncrypted ? 443 : 80) },
    outbound,
    signal,
  )
  const request = isEncrypted ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      signal,
      lookup: createFixedLookup(addresses),
      agent: false,
    }
    const sent = request(url, options, (response) => {
      resolve(response.statusCode ?? 0)
      let bytes = 0
      response.on('error', () => undefined)
      response.on('data', ({ length }: Buffer) => {
        bytes += length
        if (bytes > IGNORED_BYTES) response.destroy()
      })
    })
    // rejects with the reason of the timeout and not with the abort error that the timeout causes
    sent.on('error', (error) => reject(signal.aborted ? signal.reason : error))
    sent.end(body)
  })
}

function deliveryOf(status: number, refused = 'the receiver refuses the address'): Delivery {
  if (status >= 200 && status < 300) return { delivered: true, answer: `HTTP ${status}` }
  if (status >= 300 && status < 400)
    return failed(`HTTP ${status}: redirects are not followed; set the address that it redirects to`)
  return { delivered: false, error: `HTTP ${status}${hint(status, refused)}`, final: status === GONE }
}

/**
 * Returns an explanation of a response status. It is written by Peerwatch, because the receiver's own text is not
 * shown.
 */
function hint(status: number, refused: string): string {
  if (status === 401 || status === 403) return `: ${refused}`
  if (status === 404 || status === GONE) return ': the receiver has nothing at this address'
  if (status === 429) return ': the receiver limits how often it is called'
  return status >= 500 ? ': the receiver failed' : ': the receiver refused the message'
}
