import { createHash } from 'node:crypto'
import type { ProcessSettings } from '#lib/platform/settings.ts'
import {
  getSenderDomain,
  createMailHeaders,
  sendMailToServer,
  createFailedDelivery,
  type SenderContext,
  lookUpBySystem,
  defaultNotifySettings,
} from '#lib/notify/index.ts'

import type { ReportMailSender } from './send-reports.ts'

/** Returns a function that sends a report through the mail server, as one mail to all recipients. */
export const createReportSender =
  (context: Pick<SenderContext, 'mail' | 'settings' | 'outbound'>): ReportMailSender =>
  async ({ id, to, mail: { subject, text, html, attachments } }) => {
    const { mail } = context
    if (!mail) return createFailedDelivery('no mail server is set up: set SMTP_URL and SMTP_FROM')
    const domain = getSenderDomain(mail.from)
    const name = createHash('sha256').update(id).digest('base64url').slice(0, 24)
    return sendMailToServer(mail, context, {
      from: mail.from,
      to: [...to],
      subject,
      text,
      html,
      messageId: `<report.${name}@${domain}>`,
      headers: createMailHeaders(domain),
      attachments: attachments.map((one) => ({
        filename: one.name,
        contentType: `${one.type}; charset=utf-8`,
        content: one.text,
      })),
    })
  }

/**
 * Returns a function that sends a report like {@link createReportSender}. The mail server is taken from the environment
 * settings.
 */
export const createDefaultReportSender = ({
  mail,
  outboundAllow,
}: Pick<ProcessSettings, 'mail' | 'outboundAllow'>): ReportMailSender =>
  createReportSender({
    mail,
    settings: defaultNotifySettings,
    outbound: { allow: outboundAllow, lookup: lookUpBySystem },
  })
