import { afterEach, describe, expect, it } from 'vitest'
import type { ChannelMessage } from '../content.ts'
import { testOutageMessageContent, testEndedOutageMessageContent } from '../testing/content.ts'
import { publicOnly } from '../testing/outbound.ts'
import { type MailServer, startMailServer } from '../testing/mail-server.ts'
import { defaultNotifySettings as settings } from '../settings.ts'
import { sendEmailNotification, formatMailServerName } from './email.ts'

const FROM = 'Peerwatch <noc@edge.example>'
const PUBLIC_URL = 'https://peerwatch.example'
const opened: ChannelMessage = { id: 'msg_1', inReplyTo: null, content: testOutageMessageContent }
const closed: ChannelMessage = { id: 'msg_2', inReplyTo: 'msg_1', content: testEndedOutageMessageContent }

let server: MailServer
afterEach(() => server.close())

const send = (message: ChannelMessage, { user = '', to = ['a@x.example'] } = {}) =>
  sendEmailNotification({ target: { to }, secret: null }, message, {
    now: Date.now,
    settings,
    mail: { url: `smtp://${user}127.0.0.1:${server.port}`, from: FROM },
    publicUrl: PUBLIC_URL,
    outbound: publicOnly,
  })

/** Returns both bodies of a mail, with quoted-printable decoded. */
const textOf = (raw: string) =>
  raw
    .replace(/=\r\n/g, '')
    .replace(/((?:=[0-9A-F]{2})+)/g, (run) => Buffer.from(run.replaceAll('=', ''), 'hex').toString())

describe('mail', () => {
  it('shows event, resource, times, owner and next step, as text and as HTML', async () => {
    server = await startMailServer()
    expect(await send(opened, { to: ['a@x.example', 'b@x.example'] })).toMatchObject({ delivered: true })
    const [mail] = server.mails
    expect(mail).toMatchObject({ to: ['a@x.example', 'b@x.example'], encrypted: true, user: null })
    expect(mail?.headers).toMatchObject({
      from: FROM,
      subject: '[MAJOR] Path down: London <primary>, AzurePrivatePeering/primary',
      'message-id': '<msg_1@edge.example>',
      'list-id': 'Peerwatch notifications <peerwatch.edge.example>',
      'auto-submitted': 'auto-generated',
    })
    const text = textOf(mail?.raw ?? '')
    for (const words of [
      'between 2030-02-04 10:00:10 and 10:01:12 UTC',
      'provider link (likely)',
      'the provider',
      'Call the provider',
      'statePfxRcd: 50 → Active',
      '3 more events',
      'SVC-42',
      '+44 20 7946 0000',
      'https://peerwatch.example/incidents/i1',
      'London &lt;primary&gt;',
      'href="https://wiki.example/run?a=1&amp;b=2"',
    ]) {
      expect(text).toContain(words)
    }
  })

  it('is one thread per incident, and the closing has the bounds of the outage', async () => {
    server = await startMailServer()
    await send(opened)
    await send(closed)
    const [first, second] = server.mails
    expect(first?.headers['in-reply-to']).toBeUndefined()
    expect(second?.headers).toMatchObject({
      'message-id': '<msg_2@edge.example>',
      'in-reply-to': '<msg_1@edge.example>',
      references: '<msg_1@edge.example>',
      subject: '[OVER] Path down: London <primary>, AzurePrivatePeering/primary',
    })
    expect(textOf(second?.raw ?? '')).toContain('at least 58 s, at most 3 min 04 s')
  })

  it('signs in if required, and reports a refused sign-in without the password', async () => {
    server = await startMailServer({
      authOptional: false,
      onAuth: ({ username, password }, _, done) =>
        password === 'right secret' ? done(null, { user: username }) : done(new Error('no')),
    })
    expect(await send(opened, { user: 'noc:right%20secret@' })).toMatchObject({ delivered: true })
    expect(server.mails[0]).toMatchObject({ user: 'noc', encrypted: true })
    const refused = await send(opened, { user: 'noc:wrong-secret@' })
    expect(refused).toMatchObject({ delivered: false, error: expect.stringMatching(/refused the sign-in.*SMTP_URL/) })
    expect(JSON.stringify(refused)).not.toContain('wrong-secret')
  })

  it('reports the recipients that the server refuses', async () => {
    server = await startMailServer({
      onRcptTo: ({ address }, _, done) =>
        address.startsWith('b') ? done(Object.assign(new Error('nobody of that name'), { responseCode: 550 })) : done(),
    })
    expect(await send(opened, { to: ['a@x.example', 'b@x.example'] })).toEqual({
      delivered: false,
      error: 'the mail server refused …@x.example',
      final: false,
      refused: ['b@x.example'],
    })
  })

  it('reports a refused message by its code, without the words of the server', async () => {
    server = await startMailServer({
      onMailFrom: (_address, _session, done) =>
        done(Object.assign(new Error('internal host db7 says no'), { responseCode: 550 })),
    })
    const refused = await send(opened)
    expect(refused).toMatchObject({ delivered: false, error: 'the mail server refused the message (550)' })
    expect(JSON.stringify(refused)).not.toContain('db7')
  })

  it('is not sent without a mail server', async () => {
    server = await startMailServer()
    const context = { now: Date.now, settings, mail: null, publicUrl: null, outbound: publicOnly }
    expect(
      await sendEmailNotification({ target: { to: ['a@x.example'] }, secret: null }, opened, context),
    ).toMatchObject({
      error: 'no mail server is set up: set SMTP_URL and SMTP_FROM',
    })
  })

  it('reports a server that is down', async () => {
    server = await startMailServer()
    await server.close()
    expect(await send(opened)).toMatchObject({
      error: expect.stringMatching(/cannot be reached: could not connect/),
    })
    server = await startMailServer()
  })
})

describe('a mail server', () => {
  it.each([
    ['smtp://u:p@mail.example', 'mail.example:587'],
    ['smtps://mail.example', 'mail.example:465'],
    ['smtp://mail.example:2525', 'mail.example:2525'],
  ])('%s is shown as %s', async (url, name) => {
    server = await startMailServer()
    expect(formatMailServerName({ url, from: FROM })).toBe(name)
  })
})
