import { afterEach, describe, expect, it } from 'vitest'
import type { Message } from '../content.ts'
import { outage, over } from '../testing/content.ts'
import { type MailServer, startMailServer } from '../testing/mail-server.ts'
import { domainOf, sendMail, serverName } from './mail.ts'

const FROM = 'Peerwatch <noc@edge.example>'
const options = { publicUrl: 'https://peerwatch.example', timeoutMs: 5_000 }
const opened: Message = { id: 'msg_1', inReplyTo: null, content: outage }
const closed: Message = { id: 'msg_2', inReplyTo: 'msg_1', content: over }

let server: MailServer
afterEach(() => server.close())

const send = (message: Message, { user = '', to = ['a@x.example'] } = {}) =>
  sendMail({ url: `smtp://${user}127.0.0.1:${server.port}`, from: FROM }, to, message, options)

/** Both bodies of a mail, quoted-printable undone as far as the test needs it. */
const textOf = (raw: string) =>
  raw
    .replace(/=\r\n/g, '')
    .replace(/((?:=[0-9A-F]{2})+)/g, (run) => Buffer.from(run.replaceAll('=', ''), 'hex').toString())

describe('mail', () => {
  it('says what, where, since when, whose it is and what to do, as text and as HTML', async () => {
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
      'Ring the provider',
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

  it('is a thread for each incident, and its end tells the outage within bounds', async () => {
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

  it('signs in where that is asked for, and tells of a refused sign-in without the password', async () => {
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

  it('tells what the server says of a recipient', async () => {
    server = await startMailServer({
      onRcptTo: ({ address }, _, done) =>
        address.startsWith('b') ? done(Object.assign(new Error('nobody of that name'), { responseCode: 550 })) : done(),
    })
    expect(await send(opened, { to: ['a@x.example', 'b@x.example'] })).toEqual({
      delivered: false,
      error: 'the mail server refused b@x.example',
      final: false,
    })
  })

  it('tells of a server that is away', async () => {
    server = await startMailServer()
    await server.close()
    expect(await send(opened)).toMatchObject({
      error: expect.stringMatching(/can not be reached: nobody listens there/),
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
    expect(serverName({ url, from: FROM })).toBe(name)
  })

  it.each([
    [FROM, 'edge.example'],
    ['noc@edge.example', 'edge.example'],
  ])('gives %s the domain %s', async (from, domain) => {
    server = await startMailServer()
    expect(domainOf(from)).toBe(domain)
  })
})
