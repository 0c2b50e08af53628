import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { z } from 'zod'
import { resolveAllowedAddresses, type OutboundRules, createFixedLookup } from '../outbound/allowed-destination.ts'
import { type DeliveryResult, createFailedDelivery, toConnectionFailure, type SenderContext } from './sender.ts'

const targetSchema = z.object({ url: z.string() })

/** Returns the URL in a channel's target. Throws if it has none. */
export const getTargetUrl = (target: unknown): string => targetSchema.parse(target).url

const GONE = 410

/**
 * Maximum number of bytes of a response that are read and discarded. If the response is longer, the connection is
 * closed.
 */
const IGNORED_BYTES = 65_536

interface Post {
  url: string
  /** body as JSON text */
  body: string
  headers?: Record<string, string>
  /** error text for status 401 or 403; absent = "the receiver refuses the address" */
  refused?: string
}

/**
 * Sends a JSON body by POST to an allowed address. Redirects are not followed, because they could send the message to
 * another receiver.
 */
export async function postJsonToAllowedAddress(
  { url, body, headers, refused }: Post,
  { settings, outbound }: SenderContext,
): Promise<DeliveryResult> {
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
  outbound: OutboundRules
}

/**
 * Sends a POST request and discards the body of the response.
 * @returns status of the response
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
    // After a timeout, report the timeout and not the abort error that it caused.
    sent.on('error', (error) => reject(signal.aborted ? signal.reason : error))
    sent.end(body)
  })
}

function deliveryOf(status: number, refused = 'the receiver refuses the address'): DeliveryResult {
  if (status >= 200 && status < 300) return { delivered: true, answer: `HTTP ${status}` }
  if (status >= 300 && status < 400)
    return createFailedDelivery(`HTTP ${status}: redirects are not followed; set the address that it redirects to`)
  return { delivered: false, error: `HTTP ${status}${hint(status, refused)}`, final: status === GONE }
}

/** Returns Peerwatch's own explanation of an HTTP status. The text that the receiver sent is never shown. */
function hint(status: number, refused: string): string {
  if (status === 401 || status === 403) return `: ${refused}`
  if (status === 404 || status === GONE) return ': the receiver has nothing at this address'
  if (status === 429) return ': the receiver limits how often it is called'
  return status >= 500 ? ': the receiver failed' : ': the receiver refused the message'
}
