import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { z } from 'zod'
import { admitted, type Outbound, pinned } from '../../outbound/destination.ts'
import { type ChannelSender, type Delivery, failed, notConnected } from '../sender.ts'
import { webhookBody } from './payload.ts'
import { signatureHeaders } from './signature.ts'

const GONE = 410

/** Bytes of a response that are taken in, and ignored, before the connection is closed. */
const IGNORED_BYTES = 65_536

const targetSchema = z.object({ url: z.string() })

/** POSTs one message. Redirects are not followed: the signature was made for one receiver. */
export const sendWebhook: ChannelSender = async (
  { target, secret },
  message,
  { now, publicUrl, settings, outbound },
) => {
  if (secret === null) return failed('the webhook has no secret to sign with: set one')
  const { url } = targetSchema.parse(target)
  const body = webhookBody(message.content, publicUrl)
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Peerwatch',
    ...signatureHeaders(secret, { id: message.id, at: now(), body }),
  }
  try {
    const signal = AbortSignal.timeout(settings['webhook.timeout'])
    return deliveryOf(await post(new URL(url), { headers, body, signal, outbound }))
  } catch (error) {
    return notConnected(error)
  }
}

interface Posted {
  headers: Record<string, string>
  body: string
  signal: AbortSignal
  outbound: Outbound
}

/** @returns the status of the response; its body is not read */
async function post(url: URL, { headers, body, signal, outbound }: Posted): Promise<number> {
  const isEncrypted = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const addresses = await admitted({ host, port: Number(url.port) || (isEncrypted ? 443 : 80) }, outbound, signal)
  const request = isEncrypted ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      signal,
      lookup: pinned(addresses),
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
    // report the timeout, not the abort that it causes
    sent.on('error', (error) => reject(signal.aborted ? signal.reason : error))
    sent.end(body)
  })
}

function deliveryOf(status: number): Delivery {
  if (status >= 200 && status < 300) return { delivered: true, answer: `HTTP ${status}` }
  if (status >= 300 && status < 400)
    return failed(`HTTP ${status}: redirects are not followed; set the address that it redirects to`)
  return { delivered: false, error: `HTTP ${status}${hint(status)}`, final: status === GONE }
}

/** What a status means here, in our own words. */
function hint(status: number): string {
  if (status === 401 || status === 403) return ': the receiver refuses the signature or the address'
  if (status === 404 || status === GONE) return ': the receiver has nothing at this address'
  if (status === 429) return ': the receiver limits how often it is called'
  return status >= 500 ? ': the receiver failed' : ': the receiver refused the message'
}
