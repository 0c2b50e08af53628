import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { CalendarError } from '../calendars/read/content-lines.ts'
import { convertNoticeToCalendar } from '../calendars/read/notice-text.ts'
import { type CalendarEvent, parseCalendar } from '../calendars/read/read-calendar.ts'

/** A mail with its decoded parts that may contain a notice. */
export interface ParsedMail {
  /** time at which the mail server received the mail */
  receivedAt: EpochMs
  /** Message-ID header; '' = the header is missing */
  messageId: string
  /** address of the From header; empty if the header is missing or has several addresses */
  from: string
  /** value of the topmost Authentication-Results header; null if the mail has none */
  authentication: string | null
  subject: string
  calendars: readonly string[]
  bodies: readonly string[]
}

const FAR_MS = 400 * MS_PER_DAY
/**
 * Maximum length in ms of the windows of an event that is accepted from a mail without a user. A user must enter longer
 * windows.
 */
const MAX_UNCONFIRMED_MS = 72 * MS_PER_HOUR

/**
 * Result of reading a mail. `calendars`: the announced work as iCalendar. `wrong`: the reason why a part of the mail
 * was not used; null = all parts were used.
 */
interface NoticeOfMail {
  calendars: string[]
  wrong: string | null
}

/**
 * Returns the calendars in a mail. If it has none, converts its text to iCalendar, provided that it has the format of a
 * known provider. A calendar that cannot be read does not affect the others.
 */
export function extractNotice({ receivedAt, subject, calendars, bodies }: ParsedMail): NoticeOfMail {
  if (calendars.length > 0) {
    const wrongs = calendars.map((text) => wrongOf(text, receivedAt))
    return {
      calendars: calendars.filter((_, n) => wrongs[n] === null),
      wrong: wrongs.find((one) => one !== null) ?? null,
    }
  }
  let why = 'it has neither a calendar nor a text'
  for (const body of bodies) {
    const read = convertNoticeToCalendar(`Subject: ${subject}\n\n${body}`)
    if ('calendar' in read) {
      const calendar = stamped(read.calendar, receivedAt)
      const wrong = wrongOf(calendar, receivedAt)
      return { calendars: wrong === null ? [calendar] : [], wrong }
    }
    why = read.wrong
  }
  return { calendars: [], wrong: why }
}

/** Returns the reason why a calendar in a mail is not used; null if it is used. */
function wrongOf(text: string, receivedAt: EpochMs): string | null {
  try {
    const { events, problems, answers } = parseCalendar(text, { from: receivedAt - FAR_MS, to: receivedAt + FAR_MS })
    const [problem] = problems
    if (events.length === 0 && answers !== null) return `its calendar is an answer to an invitation (${answers})`
    if (events.length === 0 && problem) return `its event can’t be read: ${problem.reason}`
    return longEvent(events)
  } catch (error) {
    if (error instanceof CalendarError) return `its calendar can’t be read: ${error.message}`
    throw error
  }
}

/** Returns a text if an event is too long to be accepted without a user; otherwise null. */
function longEvent(events: readonly CalendarEvent[]): string | null {
  for (const [first, ...rest] of Map.groupBy(events, ({ uid }) => uid).values()) {
    if (!first) continue
    const lengthMs = [first, ...rest].reduce((sum, { from, to }) => sum + to - from, 0)
    if (lengthMs > MAX_UNCONFIRMED_MS)
      return `${first.title} lasts ${Math.ceil(lengthMs / MS_PER_HOUR)} h together, and more than ${MAX_UNCONFIRMED_MS / MS_PER_HOUR} h needs a person: enter it as maintenance if it is right`
  }
  return null
}

/**
 * Adds the time of receipt as DTSTAMP to a notice that was converted from a provider's own format. Such a notice has no
 * version, so the mail that was received last is valid.
 */
const stamped = (calendar: string, at: EpochMs) =>
  calendar.replace('SEQUENCE:0', `SEQUENCE:0\r\nDTSTAMP:${new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')}`)
