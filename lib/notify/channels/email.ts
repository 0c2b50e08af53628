import { callbackify } from 'node:util'
import { createTransport, type SendMailOptions } from 'nodemailer'
import { z } from 'zod'
import { connectToDestination } from '../outbound/allowed-destination.ts'
import {
  type SendChannelMessage,
  type DeliveryResult,
  createFailedDelivery,
  type MailServer,
  toConnectionFailure,
  type SenderContext,
} from './sender.ts'
import { maskMailAddress } from '#lib/contract/index.ts'
import { renderMailHtml } from '#lib/contract/document/html.ts'
import { toSingleLine } from '#lib/contract/document/document-model.ts'
import { MAIL_LAYOUT, renderPlainText } from '#lib/contract/document/plain-text.ts'
import type { ChannelMessage } from '../content.ts'
import { createMessageSections } from '../message/sections.ts'
import { formatMessageTitle } from '../message/message-text.ts'

const LOOPBACK = /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/

const targetSchema = z.object({ to: z.array(z.string()) })

/** Sends one message to all recipients of a channel. */
export const sendEmailNotification: SendChannelMessage = async ({ target }, message, context) => {
  const { mail, publicUrl } = context
  if (!mail) return createFailedDelivery('no mail server is set up: set SMTP_URL and SMTP_FROM')
  const { to } = targetSchema.parse(target)
  return sendMailToServer(mail, context, { ...createMail(message, mail.from, publicUrl), to })
}

/** Sends one mail through the configured server. A failure is returned as a result and does not throw. */
export async function sendMailToServer(
  mail: MailServer,
  { settings, outbound }: Pick<SenderContext, 'settings' | 'outbound'>,
  message: SendMailOptions,
): Promise<DeliveryResult> {
  const timeoutMs = settings['mail.timeout']
  const options = transportOptions(mail.url, timeoutMs)
  const { host, port } = options
  // The operator configured the server in SMTP_URL, so it is allowed even if its address is not public.
  const reachable = { ...outbound, allow: [...outbound.allow, { host, port }] }
  const open = callbackify(async () => ({
    connection: await connectToDestination({ host, port }, reachable, AbortSignal.timeout(timeoutMs)),
  }))
  const transport = createTransport({ ...options, getSocket: (_options, done) => open(done) })
  try {
    const { rejected } = await transport.sendMail(message)
    const refused = rejected.map(String)
    if (refused.length > 0)
      return { ...createFailedDelivery(`the mail server refused ${refused.map(maskMailAddress).join(', ')}`), refused }
    return { delivered: true, answer: 'the mail server accepted it' }
  } catch (error) {
    return mailError(error)
  } finally {
    transport.close()
  }
}

/**
 * Returns the options of the connection to the mail server. Except for a server on this machine, TLS is required before
 * the password or a mail is sent.
 */
function transportOptions(address: string, timeoutMs: number) {
  const url = new URL(address)
  const local = LOOPBACK.test(url.hostname)
  const secure = url.protocol === 'smtps:'
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !local,
    // The certificate of a server on this machine is not verified, because "localhost" identifies no particular server.
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

/** Returns host and port of a mail server, without its password. */
export function formatMailServerName({ url }: MailServer): string {
  const { host, port } = transportOptions(url, 0)
  return `${host}:${port}`
}

function mailError(error: unknown): DeliveryResult {
  const { code, responseCode } = error as { code?: string; responseCode?: number }
  if (code === 'EAUTH')
    return createFailedDelivery(
      `the mail server refused the sign-in: check user name and password in SMTP_URL (${responseCode ?? 'no code'})`,
    )
  if (responseCode) return createFailedDelivery(`the mail server refused the message (${responseCode})`)
  if (code === 'ETLS') return createFailedDelivery('the mail server offers no encryption (STARTTLS), which is required')
  return toConnectionFailure(error, 'the mail server cannot be reached: ')
}

/**
 * Converts a message to a mail with a text part and an HTML part of the same content. All mails about an incident form
 * one thread.
 * @param from `noc@example.com`, or `Peerwatch <noc@example.com>`; its domain is part of the message ID
 */
export function createMail({ id, inReplyTo, content }: ChannelMessage, from: string, publicUrl: string | null) {
  const domain = getSenderDomain(from)
  const sections = createMessageSections(content, publicUrl)
  const thread =
    inReplyTo === null ? {} : { inReplyTo: `<${inReplyTo}@${domain}>`, references: `<${inReplyTo}@${domain}>` }
  return {
    from,
    subject: toSingleLine(formatMessageTitle(content)),
    text: renderPlainText(sections, MAIL_LAYOUT),
    html: renderMailHtml(sections),
    messageId: `<${id}@${domain}>`,
    ...thread,
    headers: {
      ...createMailHeaders(domain),
      ...(content.severity === 'critical' ? { 'X-Priority': '1', Importance: 'high' } : {}),
    },
  }
}

/** Returns headers by which mail programs can filter (RFC 2919) and that prevent out-of-office replies (RFC 3834). */
export const createMailHeaders = (domain: string) => ({
  'List-Id': `Peerwatch notifications <peerwatch.${domain}>`,
  'Auto-Submitted': 'auto-generated',
})

export const getSenderDomain = (from: string) => /@([^\s>@]+)>?\s*$/.exec(from)?.[1] ?? 'localhost'
