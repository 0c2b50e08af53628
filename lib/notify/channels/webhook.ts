import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Message } from '../content.ts'
import { webhookBody } from '../message/webhook-body.ts'
import { type Delivery, failed, networkWords } from './delivery.ts'
import { admitAddress, guardedLookup } from './destination.ts'
import { signatureHeaders } from './signature.ts'

export interface WebhookTarget {
  url: string
  /** `whsec_...` */
  secret: string
}

export interface WebhookOptions {
  now: () => EpochMs
  publicUrl: string | null
  timeoutMs: number
}

/** Of an answer, no more is read than is worth showing. */
const SHOWN_BYTES = 300
const GONE = 410

/** POSTs one message. A redirect is an answer like any other that is not 2xx: what was signed for one place goes to no other. */
export async function sendWebhook(
  { url, secret }: WebhookTarget,
  message: Message,
  { now, publicUrl, timeoutMs }: WebhookOptions,
): Promise<Delivery> {
  const body = webhookBody(message.content, publicUrl)
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Peerwatch',
    ...signatureHeaders(secret, { id: message.id, at: now(), body }),
  }
  try {
    return verdictOn(await post(new URL(url), headers, body, AbortSignal.timeout(timeoutMs)))
  } catch (error) {
    return failed(networkWords(error))
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
    // a time-out is told as that, and not as the abort that it brings about
    sent.on('error', (error) => reject(signal.aborted ? signal.reason : error))
    sent.end(body)
  })
}

function verdictOn({ status, text }: Answer): Delivery {
  if (status >= 200 && status < 300) return { delivered: true, answer: `it answered ${status}` }
  if (status >= 300 && status < 400)
    return failed(`it answered ${status}, a redirect; these are not followed: set the address that it leads to`)
  const said = text.trim() === '' ? '' : `: ${text.trim().replace(/\s+/g, ' ')}`
  return { delivered: false, error: `it answered ${status}${said}`, final: status === GONE }
}
