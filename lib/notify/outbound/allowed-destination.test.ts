import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkEnvironment } from '#lib/platform/environment.ts'
import { sendEmailNotification } from '../channels/email.ts'
import type { DeliveryResult } from '../channels/sender.ts'
import { sendWebhook } from '../channels/webhook.ts'
import { defaultNotifySettings as settings } from '../settings.ts'
import { testOutageMessageContent } from '../testing/content.ts'
import { startCountingOpenedConnections, fakeLookup } from '../testing/outbound.ts'
import { receiveWebhooks, TEST_WEBHOOK_SECRET, type WebhookReceiver } from '../testing/webhook-receiver.ts'
import { resolveAllowedAddresses, type OutboundRules, createFixedLookup } from './allowed-destination.ts'

const message = { id: 'msg_1', inReplyTo: null, content: testOutageMessageContent }
const context = { now: Date.now, settings, publicUrl: null, mail: null }
const noSignal = new AbortController().signal

function allowing(list: string, lookup: OutboundRules['lookup'] = fakeLookup({}).lookup): OutboundRules {
  const { settings: read } = checkEnvironment({ OUTBOUND_ALLOW: list }, { root: '/', dotenv: null })
  return { allow: read.outboundAllow, lookup }
}

const post = (url: string, outbound: OutboundRules): Promise<DeliveryResult> =>
  sendWebhook({ target: { url }, secret: TEST_WEBHOOK_SECRET }, message, { ...context, outbound })

describe('a webhook', () => {
  let receiver: WebhookReceiver
  beforeEach(async () => {
    receiver = await receiveWebhooks(TEST_WEBHOOK_SECRET)
  })
  afterEach(() => receiver.close())

  it.each([
    'http://127.0.0.1:PORT/hook',
    'http://localhost:PORT/hook',
    'http://0x7f.1:PORT/hook',
    'http://2130706433:PORT/hook',
    'http://[::1]:PORT/hook',
    'http://[::ffff:127.0.0.1]:PORT/hook',
    'http://0.0.0.0:PORT/hook',
    'https://10.1.2.3/hook',
    'https://172.16.0.1/hook',
    'https://192.168.0.1/hook',
    'https://100.64.0.1/hook',
    'https://[fd12::1]/hook',
    'https://[64:ff9b::a00:1]/hook',
    'https://[2002:a00:1::1]/hook',
    'https://[::a00:1]/hook',
    'https://224.0.0.1/hook',
    'https://intranet.example/hook',
  ])('to %s is refused before a socket is opened', async (url) => {
    const { opened } = startCountingOpenedConnections()
    const { lookup } = fakeLookup({ localhost: [['127.0.0.1', '::1']], 'intranet.example': [['10.9.8.7']] })
    const delivery = await post(url.replace('PORT', new URL(receiver.url).port), allowing('', lookup))
    expect(delivery).toMatchObject({ delivered: false, error: expect.stringMatching(/is refused.*OUTBOUND_ALLOW/) })
    expect(JSON.stringify(delivery)).not.toContain('10.9.8.7')
    expect(opened()).toBe(0)
    expect(receiver.received).toEqual([])
  })

  it.each([
    'https://169.254.169.254/metadata/instance',
    'https://[fe80::1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://168.63.129.16/',
    'https://metadata.example/',
  ])('to %s is refused whatever is allowed', async (url) => {
    const { opened } = startCountingOpenedConnections()
    const { lookup } = fakeLookup({ 'metadata.example': [['169.254.169.254']] })
    const list = '0.0.0.0/0, ::/0, metadata.example, 169.254.169.254, [fe80::1]:443'
    expect(await post(url, allowing(list, lookup))).toMatchObject({ error: expect.stringMatching(/is refused/) })
    expect(opened()).toBe(0)
  })

  it.each(['127.0.0.1', '127.0.0.1:PORT', '127.0.0.0/8', 'hooks.example', 'HOOKS.example:PORT'])(
    'reaches its receiver with OUTBOUND_ALLOW=%s',
    async (list) => {
      const { port } = new URL(receiver.url)
      const { lookup } = fakeLookup({ 'hooks.example': [['127.0.0.1']] })
      const outbound = allowing(list.replace('PORT', port), lookup)
      expect(await post(`http://hooks.example:${port}/hook`, outbound)).toMatchObject({ delivered: true })
    },
  )

  it('goes to the address that was checked: the DNS is asked once', async () => {
    const { port } = new URL(receiver.url)
    // a second lookup would return the metadata service
    const { lookup, asked } = fakeLookup({ 'rebind.example': [['127.0.0.1'], ['169.254.169.254']] })
    expect(await post(`http://rebind.example:${port}/hook`, allowing('127.0.0.0/8', lookup))).toMatchObject({
      delivered: true,
    })
    expect(asked).toEqual(['rebind.example'])
    expect(receiver.received).toHaveLength(1)
  })

  it('does not follow a redirect, not even to an allowed address', async () => {
    const { opened } = startCountingOpenedConnections()
    receiver.answer((response) => response.writeHead(307, { location: 'http://169.254.169.254/' }).end())
    expect(await post(receiver.url, allowing('127.0.0.1'))).toMatchObject({ error: expect.stringMatching(/HTTP 307/) })
    expect(opened()).toBe(1)
  })
})

describe('a mail server', () => {
  const mailTo = (url: string, outbound: OutboundRules) =>
    sendEmailNotification({ target: { to: ['a@x.example'] }, secret: null }, message, {
      ...context,
      mail: { url, from: 'noc@x.example' },
      outbound,
    })

  it.each(['smtp://169.254.1.1', 'smtps://[fe80::1]', 'smtp://mail.example'])(
    'at %s is refused before a socket is opened, though SMTP_URL names it',
    async (url) => {
      const { opened } = startCountingOpenedConnections()
      const { lookup, asked } = fakeLookup({ 'mail.example': [['168.63.129.16']] })
      expect(await mailTo(url, allowing('', lookup))).toMatchObject({ error: expect.stringMatching(/is refused/) })
      expect(opened()).toBe(0)
      expect(asked.length).toBeLessThanOrEqual(1)
    },
  )
})

describe('admitted addresses', () => {
  it('are those of a name that may be reached, and no others', async () => {
    const { lookup } = fakeLookup({ 'dual.example': [['10.0.0.1', '1.1.1.1', 'fe80::1%eth0', '2606:4700::1111']] })
    const kept = await resolveAllowedAddresses({ host: 'dual.example', port: 443 }, allowing('', lookup), noSignal)
    expect(kept.map(({ address }) => address)).toEqual(['1.1.1.1', '2606:4700::1111'])
  })

  it('answer every lookup of a connection', () => {
    const list = [{ address: '1.1.1.1', family: 4 }]
    createFixedLookup(list)('whatever.example', { all: true }, (...answer) => expect(answer).toEqual([null, list]))
    createFixedLookup(list)('whatever.example', {}, (...answer) => expect(answer).toEqual([null, '1.1.1.1', 4]))
  })

  it('are not waited for longer than the signal allows', async () => {
    const never = { allow: [], lookup: () => new Promise<never>(() => undefined) }
    const aborted = AbortSignal.abort(new DOMException('late', 'TimeoutError'))
    await expect(resolveAllowedAddresses({ host: 'slow.example', port: 443 }, never, aborted)).rejects.toThrow('late')
  })

  it.each([
    ['hooks.example:8443', false],
    ['other.example', false],
    ['10.0.0.0/9', true],
    ['10.128.0.0/9', false],
    ['10.1.2.3:444', false],
    ['10.1.2.3:443', true],
    ['64:ff9b::/96', false],
  ])('of hooks.example, with OUTBOUND_ALLOW=%s: %s', async (list, isAdmitted) => {
    const { lookup } = fakeLookup({ 'hooks.example': [['10.1.2.3']] })
    const found = resolveAllowedAddresses({ host: 'hooks.example', port: 443 }, allowing(list, lookup), noSignal)
    expect(
      await found.then(
        () => true,
        () => false,
      ),
    ).toBe(isAdmitted)
  })

  it('behind a NAT64 are those of the IPv4 address that it leads to', async () => {
    const to = (list: string) =>
      resolveAllowedAddresses({ host: '64:ff9b::a00:1', port: 443 }, allowing(list), noSignal)
    await expect(to('10.0.0.0/8')).resolves.toHaveLength(1)
    await expect(to('64:ff9b::/96')).rejects.toThrow(/is refused/)
  })
})
