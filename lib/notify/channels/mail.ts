import { createTransport } from 'nodemailer'
import type { Message } from '../content.ts'
import { htmlOf } from '../message/html.ts'
import { sectionsOf } from '../message/sections.ts'
import { textOf } from '../message/text.ts'
import { titleOf } from '../message/words.ts'
import { type Delivery, failed, networkWords } from './delivery.ts'

export interface MailServer {
  /** `smtp://user:password@host:587` (STARTTLS) or `smtps://...` */
  url: string
  /** `noc@example.com`, or `Peerwatch <noc@example.com>` */
  from: string
}

export interface MailOptions {
  publicUrl: string | null
  timeoutMs: number
}

const LOOPBACK = /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/

/** Sends one message to all recipients of a channel. */
export async function sendMail(
  server: MailServer,
  to: readonly string[],
  message: Message,
  { publicUrl, timeoutMs }: MailOptions,
): Promise<Delivery> {
  const transport = createTransport(transportOptions(server.url, timeoutMs))
  try {
    const { response, rejected } = await transport.sendMail({ ...letter(server, message, publicUrl), to: [...to] })
    if (rejected.length > 0) return failed(`the mail server refused ${rejected.join(', ')}`)
    return { delivered: true, answer: `the mail server took it: ${response}` }
  } catch (error) {
    return failed(mailWords(error))
  } finally {
    transport.close()
  }
}

/** Beyond this machine nothing is said, least of all a password, before the connection is encrypted. */
function transportOptions(address: string, timeoutMs: number) {
  const url = new URL(address)
  const local = LOOPBACK.test(url.hostname)
  const secure = url.protocol === 'smtps:'
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !local,
    // a certificate for "localhost" is nobody's proof
    tls: { rejectUnauthorized: !local },
    ...(url.username === ''
      ? {}
      : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

function letter({ from }: MailServer, { id, inReplyTo, content }: Message, publicUrl: string | null) {
  const domain = domainOf(from)
  const sections = sectionsOf(content, publicUrl)
  const thread =
    inReplyTo === null ? {} : { inReplyTo: `<${inReplyTo}@${domain}>`, references: `<${inReplyTo}@${domain}>` }
  return {
    from,
    subject: titleOf(content),
    text: textOf(sections),
    html: htmlOf(sections),
    messageId: `<${id}@${domain}>`,
    ...thread,
    headers: {
      // RFC 2919, so that a mail program can file by it; RFC 3834, so that no absence note answers
      'List-Id': `Peerwatch notifications <peerwatch.${domain}>`,
      'Auto-Submitted': 'auto-generated',
      ...(content.severity === 'critical' ? { 'X-Priority': '1', Importance: 'high' } : {}),
    },
  }
}

/** The mail server as it may be shown: host and port. */
export function serverName({ url }: MailServer): string {
  const { host, port } = transportOptions(url, 0)
  return `${host}:${port}`
}

export const domainOf = (from: string) => /@([^\s>]+)>?\s*$/.exec(from)?.[1] ?? 'localhost'

function mailWords(error: unknown): string {
  const { code, response, responseCode } = error as { code?: string; response?: string; responseCode?: number }
  if (code === 'EAUTH')
    return `the mail server refused the sign-in: check user name and password in SMTP_URL (${responseCode ?? 'no code'})`
  if (response) return `the mail server answered: ${response}`
  if (code === 'ETLS') return 'the mail server offers no encryption (STARTTLS), and nothing is sent without it'
  return `the mail server can not be reached: ${networkWords(error)}`
}
