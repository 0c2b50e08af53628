import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultNotifySettings } from '../settings.ts'
import { testOutageMessageContent } from '../testing/content.ts'
import { receiveWebhooks, TEST_WEBHOOK_SECRET, type WebhookReceiver } from '../testing/webhook-receiver.ts'
import { loopbackOnly } from '../testing/outbound.ts'
import { createSignatureHeaders } from './signature.ts'
import { sendWebhook } from './webhook.ts'

const NOW = Date.UTC(2030, 2, 4, 10)
const message = { id: 'msg_1', inReplyTo: null, content: testOutageMessageContent }

let receiver: WebhookReceiver
beforeEach(async () => {
  receiver = await receiveWebhooks(TEST_WEBHOOK_SECRET)
})
afterEach(() => receiver.close())

const send = (url = receiver.url, secret: string | null = TEST_WEBHOOK_SECRET, timeoutMs = 5_000) =>
  sendWebhook({ target: { url }, secret }, message, {
    now: () => NOW,
    settings: { ...defaultNotifySettings, 'webhook.timeout': timeoutMs },
    mail: null,
    publicUrl: 'https://peerwatch.example',
    outbound: loopbackOnly,
  })

describe('a signature', () => {
  it('is that of the specification for its own example', () => {
    const headers = createSignatureHeaders('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      at: 1_614_265_330_000,
      body: '{"test": 2432232314}',
    })
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })
})

describe('a webhook', () => {
  it('is not sent without a secret', async () => {
    expect(await send(receiver.url, null)).toMatchObject({
      delivered: false,
      error: expect.stringMatching(/no secret/),
    })
    expect(receiver.received).toEqual([])
  })

  it('arrives with a signature that the receiver can check', async () => {
    expect(await send()).toEqual({ delivered: true, answer: 'HTTP 200' })
    const [received] = receiver.received
    expect(received).toMatchObject({ id: 'msg_1', timestamp: NOW / 1000, path: '/hook' })
    expect(received?.headers['content-type']).toBe('application/json')
    expect(received?.body).toMatchObject({
      type: 'incident.opened',
      timestamp: testOutageMessageContent.at,
      data: {
        incidentId: 'i1',
        severity: 'major',
        startedBetween: testOutageMessageContent.started,
        endedBetween: null,
        owner: 'provider',
        url: 'https://peerwatch.example/incidents/i1',
      },
    })
  })

  it('with another secret is refused by the receiver, and the error says so', async () => {
    const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`
    expect(await send(receiver.url, other)).toEqual({
      delivered: false,
      error: 'HTTP 401: the receiver refuses the signature or the address',
      final: false,
    })
    expect(receiver).toMatchObject({ forged: 1, received: [] })
  })

  it.each([
    { status: 500, says: /^HTTP 500: the receiver failed$/, final: false },
    { status: 404, says: /^HTTP 404/, final: false },
    { status: 410, says: /^HTTP 410/, final: true },
    { status: 302, says: /redirects are not followed/, final: false },
  ])('is not delivered by a response of $status', async ({ status, says, final }) => {
    receiver.answer((response) =>
      response.writeHead(status, { location: `${receiver.url}/other` }).end('out of\r\n order'),
    )
    const delivery = await send()
    expect(delivery).toMatchObject({ delivered: false, final, error: expect.stringMatching(says) })
    expect(JSON.stringify(delivery)).not.toContain('order')
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook'])
  })

  it('does not wait for the end of a response', async () => {
    receiver.answer((response) => {
      response.writeHead(500)
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
        response.once('drain', pour)
      }
      pour()
    })
    expect(await send()).toMatchObject({ delivered: false, error: 'HTTP 500: the receiver failed' })
  })

  it('has the same words for a port that is closed, silent, or speaks another protocol', async () => {
    receiver.answer(() => undefined)
    const silent = await send(receiver.url, TEST_WEBHOOK_SECRET, 100)
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n').resume())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const foreign = await send(`http://127.0.0.1:${port}/`)
    const encrypted = await send(`https://127.0.0.1:${port}/`)
    await new Promise((resolve) => server.close(resolve))
    const closed = await send(`http://127.0.0.1:${port}/`)
    const words = [silent, foreign, encrypted, closed].map((one) => (one.delivered ? 'delivered' : one.error))
    expect(new Set(words)).toEqual(new Set(['could not connect, or no answer came in time']))
    expect(closed).toMatchObject({ code: 'ECONNREFUSED' })
  })
})
