import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { z } from 'zod'
import { type ChannelSender, connectionError, type Delivery, failed } from '../sender.ts'
import { admitAddress, guardedLookup } from './destination.ts'
import { webhookBody } from './payload.ts'
import { signatureHeaders } from './signature.ts'

/** Bytes of a response that are read and shown. */
const SHOWN_BYTES = 300
const GONE = 410

const targetSchema = z.object({ url: z.string() })

/** POSTs one message. Redirects are not followed: the signature was made for one receiver. */
export const sendWebhook: ChannelSender = async ({ target, secret }, message, { now, publicUrl, settings }) => {
  if (secret === null) return failed('the webhook has no secret to sign with: set one')
  const { url } = targetSchema.parse(target)
  const body = webhookBody(message.content, publicUrl)
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Peerwatch',
    ...signatureHeaders(secret, { id: message.id, at: now(), body }),
  }
  try {
    return deliveryOf(await post(new URL(url), headers, body, AbortSignal.timeout(settings['webhook.timeout'])))
  } catch (error) {
    return failed(connectionError(error))
  }
}

interface Answer {
  status: number
  text: string
}

function post(url: URL, headers: Record<string, string>, body: string, signal: AbortSignal): Promise<Answer> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (isIP(host) !== 0) admitAddress(host)
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const length = String(Buffer.byteLength(body))
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-length': length },
      signal,
      lookup: guardedLookup,
      agent: false,
    }
    const sent = request(url, options, (response) => {
      let text = ''
      const done = () => resolve({ status: response.statusCode ?? 0, text: text.slice(0, SHOWN_BYTES) })
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        if (text.length < SHOWN_BYTES) return
        done()
        response.destroy()
      })
      response.on('end', done)
      response.on('error', reject)
    })
    // report the timeout, not the abort that it causes
    sent.on('error', (error) => reject(signal.aborted ? signal.reason : error))
    sent.end(body)
  })
}

function deliveryOf({ status, text }: Answer): Delivery {
  if (status >= 200 && status < 300) return { delivered: true, answer: `HTTP ${status}` }
  if (status >= 300 && status < 400)
    return failed(`HTTP ${status}: redirects are not followed; set the address that it redirects to`)
  const detail = text.trim() === '' ? '' : `: ${text.trim().replace(/\s+/g, ' ')}`
  return { delivered: false, error: `HTTP ${status}${detail}`, final: status === GONE }
}
