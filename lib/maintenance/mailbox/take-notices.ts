import { createHash } from 'node:crypto'
import type { Database } from '#lib/platform/database.ts'
import { type CalendarContext, takeCalendars } from '../calendars/index.ts'
import { keepMailbox, storedMailbox } from '../store/mailbox.ts'
import { keepUnreadNotices } from '../store/unread-notices.ts'
import { noticeOfMail } from './notice-of-mail.ts'
import { mailboxName, readMailbox, type TakenMail } from './read-mailbox.ts'

/** Of a mail's text, as it is shown. */
const MOST_OF_EXCERPT = 4_000

/**
 * Reads a mailbox of providers' notices: what can be read becomes windows, anything else is kept and shown. What was taken and where reading stands
 * are stored together, so that nothing is lost or taken twice, whenever a process ends.
 * @returns figures for the log
 */
export async function takeNotices(
  db: Database,
  { url, from }: { url: string; from: readonly string[] },
  context: CalendarContext,
  signal: AbortSignal,
): Promise<{ mails: number; unread: number; failure: string | null }> {
  const name = mailboxName(url)
  const stored = await storedMailbox(db.pool)
  const before = stored?.name === name ? stored : null
  const now = context.clock.now()
  const read = await readMailbox(url, before?.place ?? null, { outbound: context.outbound, now, signal })
  const { place, failure, mails, hasMore } = read
  const judged = mails.map((taken) => ({ taken, notice: judge(taken, from) }))
  const unread = judged.flatMap(({ taken, notice }) => ('wrong' in notice ? [unreadOf(taken, notice.wrong)] : []))
  const readAt = failure === null && !hasMore ? now : (before?.readAt ?? null)
  await takeCalendars(
    db,
    judged.flatMap(({ notice }) => ('calendars' in notice ? notice.calendars : [])),
    async (client) => {
      await keepUnreadNotices(client, unread)
      await keepMailbox(client, { name, place, triedAt: now, readAt, failure })
      if (unread.length > 0 || before?.failure !== failure) await context.announce(client)
    },
    context,
  )
  return { mails: mails.length, unread: unread.length, failure }
}

function judge({ mail, wrong }: TakenMail, from: readonly string[]): ReturnType<typeof noticeOfMail> {
  if (wrong !== null) return { wrong }
  // a window silences events: whoever may send one is named
  if (!isBelieved(mail.from, from)) return { wrong: `its sender ${mail.from || '(none)'} is not listed in IMAP_FROM` }
  return noticeOfMail(mail)
}

/** @param from addresses, and domains with all below them */
function isBelieved(sender: string, from: readonly string[]): boolean {
  const address = sender.trim().toLowerCase()
  const domain = address.slice(address.lastIndexOf('@') + 1)
  return (
    address.includes('@') &&
    from.some((one) => (one.includes('@') ? one === address : domain === one || domain.endsWith(`.${one}`)))
  )
}

function unreadOf({ mail }: TakenMail, reason: string) {
  const { messageId, from, subject, receivedAt, calendars, bodies } = mail
  const key = messageId || JSON.stringify([from, subject, receivedAt])
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
    excerpt: (bodies[0] ?? calendars[0] ?? '').replaceAll('\0', '').slice(0, MOST_OF_EXCERPT).toWellFormed(),
    reason: line(reason),
  }
}
