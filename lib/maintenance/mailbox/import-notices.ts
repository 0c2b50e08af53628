import { createHash } from 'node:crypto'
import type { Database } from '#lib/platform/database.ts'
import { type CalendarContext, addSenderCalendars } from '../calendars/index.ts'
import { saveMailbox, readStoredMailbox } from '../store/mailbox.ts'
import { saveUnreadNotices } from '../store/unread-notices.ts'
import { findAuthenticationFault } from './authentication-results.ts'
import { extractNotice } from './extract-notice.ts'
import { formatMailboxName, readMailbox, type FetchedMail } from './read-mailbox.ts'

/** Maximum number of characters of an unreadable mail that are stored and shown. */
const MAX_OF_EXCERPT = 4_000

/**
 * Reads new mails from a mailbox, in which providers announce maintenance. A readable notice becomes maintenance
 * windows. Any other mail is stored, so that a user can read it. All of this and the new position in the mailbox are
 * stored in one transaction, so that no mail is lost or read twice if the process stops in between.
 * @returns numbers for the log
 */
export async function importNotices(
  db: Database,
  { url, ...believed }: { url: string } & TrustRules,
  context: CalendarContext,
  signal: AbortSignal,
): Promise<{ mails: number; unread: number; failure: string | null }> {
  const name = formatMailboxName(url)
  const stored = await readStoredMailbox(db.pool)
  const before = stored?.name === name ? stored : null
  const now = context.clock.now()
  const read = await readMailbox(url, before?.place ?? null, { outbound: context.outbound, now, signal })
  const { place, failure, mails, hasMore } = read
  const judged = mails.map((taken) => ({ taken, notice: judge(taken, believed) }))
  const unread = judged.flatMap(({ taken, notice }) =>
    notice.wrong === null ? [] : [{ ...unreadOf(taken, notice.wrong), isConfirmed: notice.isConfirmed }],
  )
  const readAt = failure === null && !hasMore ? now : (before?.readAt ?? null)
  await addSenderCalendars(
    db,
    judged.flatMap(({ notice }) => notice.calendars.map((calendar) => ({ sender: notice.sender, calendar }))),
    async (client) => {
      await saveUnreadNotices(client, unread)
      await saveMailbox(client, { name, place, triedAt: now, readAt, failure })
      if (unread.length > 0 || before?.failure !== failure) await context.announce(client)
    },
    context,
  )
  return { mails: mails.length, unread: unread.length, failure }
}

/** Conditions under which a mail is trusted, so that its notice becomes maintenance windows without a user. */
interface TrustRules {
  /** accepted sender addresses and domains (a domain includes its subdomains), in lower case */
  from: readonly string[]
  /** name (authserv-id) of the mail server that checks senders, as in its Authentication-Results headers */
  authservId: string
}

function judge(
  { mail, wrong }: FetchedMail,
  { from, authservId }: TrustRules,
): ReturnType<typeof extractNotice> & { sender: string; isConfirmed: boolean } {
  const refused = (why: string) => ({ calendars: [], wrong: why, sender: '', isConfirmed: false })
  if (wrong !== null) return refused(wrong)
  // The sender is checked, because a maintenance window suppresses notifications and anyone can forge the From header.
  const address = mail.from.trim().toLowerCase()
  const sender = senderOf(address, from)
  if (sender === null) return refused(`its sender ${mail.from || '(none)'} is not listed in IMAP_FROM`)
  const forged = findAuthenticationFault(mail.authentication, { server: authservId, domain: domainOf(address) })
  if (forged !== null) return refused(forged)
  return { ...extractNotice(mail), sender, isConfirmed: true }
}

/**
 * Returns the most specific entry of IMAP_FROM that matches an address; null if no entry matches. Mails with the same
 * entry have the same sender. Two listed addresses of a domain are therefore two senders, but all addresses of a listed
 * domain are one sender.
 */
function senderOf(address: string, from: readonly string[]): string | null {
  if (!address.includes('@')) return null
  const domain = domainOf(address)
  const matching = from.filter((entry) =>
    entry.includes('@') ? entry === address : domain === entry || domain.endsWith(`.${entry}`),
  )
  return matching.toSorted((a, b) => b.length - a.length)[0] ?? null
}

const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1)

function unreadOf({ mail }: FetchedMail, reason: string) {
  const { messageId, from, subject, receivedAt, calendars, bodies } = mail
  // The Message-ID alone does not identify a mail, because anyone can send a mail with the same ID. A later mail with
  // the same ID must be shown as well.
  const key = JSON.stringify([messageId, from, subject, receivedAt])
  const line = (text: string) =>
    text
      .replaceAll(/\p{Cc}+/gu, ' ')
      .slice(0, 300)
      .toWellFormed()
  return {
    id: createHash('sha256').update(key).digest('hex').slice(0, 24),
    receivedAt,
    sender: line(from),
    subject: line(subject),
    excerpt: (bodies[0] ?? calendars[0] ?? '').replaceAll('\0', '').slice(0, MAX_OF_EXCERPT).toWellFormed(),
    reason: line(reason),
  }
}
