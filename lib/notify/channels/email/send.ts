import { createTransport } from 'nodemailer'
import { z } from 'zod'
import { type ChannelSender, connectionError, failed, type MailServer } from '../sender.ts'
import { mailOf } from './payload.ts'

const LOOPBACK = /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/

const targetSchema = z.object({ to: z.array(z.string()) })

/** Sends one message to all recipients of a channel. */
export const sendEmail: ChannelSender = async ({ target }, message, { mail, publicUrl, settings }) => {
  if (!mail) return failed('no mail server is set up: set SMTP_URL and SMTP_FROM')
  const { to } = targetSchema.parse(target)
  const transport = createTransport(transportOptions(mail.url, settings['mail.timeout']))
  try {
    const { response, rejected } = await transport.sendMail({ ...mailOf(message, mail.from, publicUrl), to })
    if (rejected.length > 0) return failed(`the mail server refused ${rejected.join(', ')}`)
    return { delivered: true, answer: `the mail server accepted it: ${response}` }
  } catch (error) {
    return failed(mailError(error))
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

function mailError(error: unknown): string {
  const { code, response, responseCode } = error as { code?: string; response?: string; responseCode?: number }
  if (code === 'EAUTH')
    return `the mail server refused the sign-in: check user name and password in SMTP_URL (${responseCode ?? 'no code'})`
  if (response) return `the mail server answered: ${response}`
  if (code === 'ETLS') return 'the mail server offers no encryption (STARTTLS), which is required'
  return `the mail server cannot be reached: ${connectionError(error)}`
}
