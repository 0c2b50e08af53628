import { callbackify } from 'node:util'
import { createTransport, type SendMailOptions } from 'nodemailer'
import { z } from 'zod'
import { connectTo } from '../../outbound/destination.ts'
import {
  type ChannelSender,
  type Delivery,
  failed,
  type MailServer,
  notConnected,
  type SenderContext,
} from '../sender.ts'
import { mailOf } from './payload.ts'

const LOOPBACK = /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/

const targetSchema = z.object({ to: z.array(z.string()) })

/** Sends one message to all recipients of a channel. */
export const sendEmail: ChannelSender = async ({ target }, message, context) => {
  const { mail, publicUrl } = context
  if (!mail) return failed('no mail server is set up: set SMTP_URL and SMTP_FROM')
  const { to } = targetSchema.parse(target)
  return sendMail(mail, context, { ...mailOf(message, mail.from, publicUrl), to })
}

/** Sends one mail by the server that is set up; a failure is a result and does not throw. */
export async function sendMail(
  mail: MailServer,
  { settings, outbound }: Pick<SenderContext, 'settings' | 'outbound'>,
  message: SendMailOptions,
): Promise<Delivery> {
  const timeoutMs = settings['mail.timeout']
  const options = transportOptions(mail.url, timeoutMs)
  const { host, port } = options
  // whoever sets SMTP_URL has listed it
  const reachable = { ...outbound, allow: [...outbound.allow, { host, port }] }
  const open = callbackify(async () => ({
    connection: await connectTo({ host, port }, reachable, AbortSignal.timeout(timeoutMs)),
  }))
  const transport = createTransport({ ...options, getSocket: (_options, done) => open(done) })
  try {
    const { rejected } = await transport.sendMail(message)
    const refused = rejected.map(String)
    if (refused.length > 0) return { ...failed(`the mail server refused ${refused.join(', ')}`), refused }
    return { delivered: true, answer: 'the mail server accepted it' }
  } catch (error) {
    return mailError(error)
  } finally {
    transport.close()
  }
}

/** To another machine nothing is sent, least of all a password, before the connection is encrypted. */
function transportOptions(address: string, timeoutMs: number) {
  const url = new URL(address)
  const local = LOOPBACK.test(url.hostname)
  const secure = url.protocol === 'smtps:'
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !local,
    // a certificate for "localhost" proves nothing
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

/** Host and port of a mail server, without its password. */
export function serverName({ url }: MailServer): string {
  const { host, port } = transportOptions(url, 0)
  return `${host}:${port}`
}

function mailError(error: unknown): Delivery {
  const { code, responseCode } = error as { code?: string; responseCode?: number }
  if (code === 'EAUTH')
    return failed(
      `the mail server refused the sign-in: check user name and password in SMTP_URL (${responseCode ?? 'no code'})`,
    )
  if (responseCode) return failed(`the mail server refused the message (${responseCode})`)
  if (code === 'ETLS') return failed('the mail server offers no encryption (STARTTLS), which is required')
  return notConnected(error, 'the mail server cannot be reached: ')
}
