import { mailHtml } from '#lib/contract/document/html.ts'
import { oneLine } from '#lib/contract/document/model.ts'
import { MAIL, plainOf } from '#lib/contract/document/plain.ts'
import type { Message } from '../../content.ts'
import { sectionsOf } from '../../message/sections.ts'
import { titleOf } from '../../message/words.ts'

/**
 * A message as a mail: text and HTML of the same words, in one thread per incident.
 * @param from `noc@example.com`, or `Peerwatch <noc@example.com>`; its domain names the message
 */
export function mailOf({ id, inReplyTo, content }: Message, from: string, publicUrl: string | null) {
  const domain = domainOf(from)
  const sections = sectionsOf(content, publicUrl)
  const thread =
    inReplyTo === null ? {} : { inReplyTo: `<${inReplyTo}@${domain}>`, references: `<${inReplyTo}@${domain}>` }
  return {
    from,
    subject: oneLine(titleOf(content)),
    text: plainOf(sections, MAIL),
    html: mailHtml(sections),
    messageId: `<${id}@${domain}>`,
    ...thread,
    headers: {
      ...mailHeaders(domain),
      ...(content.severity === 'critical' ? { 'X-Priority': '1', Importance: 'high' } : {}),
    },
  }
}

/** RFC 2919, so that mail programs can filter by it; RFC 3834, so that no out-of-office reply is sent. */
export const mailHeaders = (domain: string) => ({
  'List-Id': `Peerwatch notifications <peerwatch.${domain}>`,
  'Auto-Submitted': 'auto-generated',
})

export const domainOf = (from: string) => /@([^\s>]+)>?\s*$/.exec(from)?.[1] ?? 'localhost'
