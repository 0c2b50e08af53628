import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultNotifySettings } from '../../settings.ts'
import { outage } from '../../testing/content.ts'
import { receiveWebhooks, SECRET, type WebhookReceiver } from '../../testing/webhook-receiver.ts'
import { admitAddress } from './destination.ts'
import { signatureHeaders } from './signature.ts'
import { sendWebhook } from './send.ts'

const NOW = Date.UTC(2030, 2, 4, 10)
const message = { id: 'msg_1', inReplyTo: null, content: outage }

let receiver: WebhookReceiver
beforeEach(async () => {
  receiver = await receiveWebhooks(SECRET)
})
afterEach(() => receiver.close())

const send = (url = receiver.url, secret: string | null = SECRET, timeoutMs = 5_000) =>
  sendWebhook({ target: { url }, secret }, message, {
    now: () => NOW,
    settings: { ...defaultNotifySettings, 'webhook.timeout': timeoutMs },
    mail: null,
    publicUrl: 'https://peerwatch.example',
  })

describe('a signature', () => {
  it('is that of the specification for its own example', () => {
    const headers = signatureHeaders('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
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
      timestamp: outage.at,
      data: {
        incidentId: 'i1',
        severity: 'major',
        startedBetween: outage.started,
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
      error: 'HTTP 401: the signature is wrong',
      final: false,
    })
    expect(receiver).toMatchObject({ forged: 1, received: [] })
  })

  it.each([
    { status: 500, says: /^HTTP 500: out of order$/, final: false },
    { status: 404, says: /^HTTP 404/, final: false },
    { status: 410, says: /^HTTP 410/, final: true },
    { status: 302, says: /redirects are not followed/, final: false },
  ])('is not delivered by a response of $status', async ({ status, says, final }) => {
    receiver.answer((response) =>
      response.writeHead(status, { location: `${receiver.url}/other` }).end('out of\r\n order'),
    )
    const delivery = await send()
    expect(delivery).toMatchObject({ delivered: false, final, error: expect.stringMatching(says) })
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook'])
  })

  it('reads only the shown part of an endless response', async () => {
    receiver.answer((response) => {
      response.writeHead(500)
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
        response.once('drain', pour)
      }
      pour()
    })
    const delivery = await send()
    expect(delivery).toMatchObject({ delivered: false })
    expect(JSON.stringify(delivery).length).toBeLessThan(500)
  })

  it('times out on a receiver that never answers', async () => {
    receiver.answer(() => undefined)
    expect(await send(receiver.url, SECRET, 100)).toMatchObject({ error: 'timed out' })
  })

  it('reports a closed port as a refused connection', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    expect(await send(`http://127.0.0.1:${port}/`)).toMatchObject({
      error: expect.stringMatching(/connection refused/),
    })
  })

  it.each([
    'http://169.254.169.254/metadata/instance',
    'http://[fe80::1]/',
    'http://[::ffff:169.254.169.254]/',
    'http://168.63.129.16/',
    'http://0.0.0.0/',
  ])('is never sent to %s', async (url) => {
    expect(await send(url)).toMatchObject({
      delivered: false,
      error: expect.stringMatching(/is refused: webhooks are not sent/),
    })
  })

  it.each(['10.1.2.3', '192.168.0.1', '172.16.0.1', 'fd12::1', '127.0.0.1', '203.0.113.9'])(
    'may go to %s',
    (address) => {
      expect(() => admitAddress(address)).not.toThrow()
    },
  )
})
