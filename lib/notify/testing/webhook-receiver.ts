import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedWebhookRequest {
  id: string
  timestamp: number
  path: string
  headers: IncomingHttpHeaders
  body: { type: string; timestamp: string; data: Record<string, unknown> }
}

export interface WebhookReceiver {
  url: string
  /** every request with a valid signature, in order of arrival */
  received: ReceivedWebhookRequest[]
  /** requests with a wrong signature */
  forged: number
  /** sets the response to later requests; 200 by default */
  answer(with_: (response: ServerResponse, received: ReceivedWebhookRequest) => void): void
  close(): Promise<void>
}

/** Starts a receiver that checks signatures as Standard Webhooks requires. */
export async function receiveWebhooks(secret: string): Promise<WebhookReceiver> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  let respond: (response: ServerResponse, received: ReceivedWebhookRequest) => void = (response) =>
    response.writeHead(200).end()
  const receiver = { received: [] as ReceivedWebhookRequest[], forged: 0 }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '' } = request.headers
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
    const given = String(request.headers['webhook-signature']).split(' ')
    const genuine = given.some((one) => {
      const [version, encoded = ''] = one.split(',')
      const signature = Buffer.from(encoded, 'base64')
      return version === 'v1' && signature.length === expected.length && timingSafeEqual(signature, expected)
    })
    if (!genuine) {
      receiver.forged += 1
      response.writeHead(401).end('the signature is wrong')
      return
    }
    const received: ReceivedWebhookRequest = {
      id: String(id),
      timestamp: Number(timestamp),
      path: request.url ?? '',
      headers: request.headers,
      body: JSON.parse(body),
    }
    receiver.received.push(received)
    respond(response, received)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${port}/hook`,
    answer: (next: typeof respond) => {
      respond = next
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  })
}

/** A shared secret of 32 bytes. */
export const TEST_WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
