import type { EpochMs } from '#lib/contract/index.ts'
import { DAY, HOUR } from '#lib/contract/time/time.ts'
import { CalendarError } from '../calendars/read/content-lines.ts'
import { calendarOfNotice } from '../calendars/read/notice-text.ts'
import { type CalendarEvent, readCalendar } from '../calendars/read/read-calendar.ts'

/** A mail as far as it may be a notice, its parts decoded. */
export interface Mail {
  /** when the server received it */
  receivedAt: EpochMs
  /** as the mail states it; '' = it does not */
  messageId: string
  /** the only address of the From header; empty if the header is missing or has several */
  from: string
  /** the topmost Authentication-Results header, without its name; null if the mail has no such header */
  authentication: string | null
  subject: string
  calendars: readonly string[]
  bodies: readonly string[]
}

const FAR_MS = 400 * DAY
/** Longest time that the windows of one event may take together without a person who confirms them. */
const MAX_UNCONFIRMED_MS = 72 * HOUR

/** The announced work of a mail as iCalendar; `wrong` is the reason why a part of it is not; null = all of it is. */
interface NoticeOfMail {
  calendars: string[]
  wrong: string | null
}

/**
 * Returns the calendars of a mail; if it has none, its body in the format of a provider that is known. A calendar that cannot be read takes no other
 * calendar along.
 */
export function noticeOfMail({ receivedAt, subject, calendars, bodies }: Mail): NoticeOfMail {
  if (calendars.length > 0) {
    const wrongs = calendars.map((text) => wrongOf(text, receivedAt))
    return {
      calendars: calendars.filter((_, n) => wrongs[n] === null),
      wrong: wrongs.find((one) => one !== null) ?? null,
    }
  }
  let why = 'it has neither a calendar nor a text'
  for (const body of bodies) {
    const read = calendarOfNotice(`Subject: ${subject}\n\n${body}`)
    if ('calendar' in read) {
      const calendar = stamped(read.calendar, receivedAt)
      const wrong = wrongOf(calendar, receivedAt)
      return { calendars: wrong === null ? [calendar] : [], wrong }
    }
    why = read.wrong
  }
  return { calendars: [], wrong: why }
}

/** Returns the reason why a calendar is not added to others; null if it is. */
function wrongOf(text: string, receivedAt: EpochMs): string | null {
  try {
    const { events, problems, answers } = readCalendar(text, { from: receivedAt - FAR_MS, to: receivedAt + FAR_MS })
    const [problem] = problems
    if (events.length === 0 && answers !== null) return `its calendar is an answer to an invitation (${answers})`
    if (events.length === 0 && problem) return `its event can’t be read: ${problem.reason}`
    return longEvent(events)
  } catch (error) {
    if (error instanceof CalendarError) return `its calendar can’t be read: ${error.message}`
    throw error
  }
}

/** Returns the reason why a person has to confirm events; null if each is short. */
function longEvent(events: readonly CalendarEvent[]): string | null {
  for (const [first, ...rest] of Map.groupBy(events, ({ uid }) => uid).values()) {
    if (!first) continue
    const lengthMs = [first, ...rest].reduce((sum, { from, to }) => sum + to - from, 0)
    if (lengthMs > MAX_UNCONFIRMED_MS)
      return `${first.title} lasts ${Math.ceil(lengthMs / HOUR)} h together, and more than ${MAX_UNCONFIRMED_MS / HOUR} h needs a person: enter it as maintenance if it is right`
  }
  return null
}

/** Formats of providers have no versions: of two the later mail counts. */
const stamped = (calendar: string, at: EpochMs) =>
  calendar.replace('SEQUENCE:0', `SEQUENCE:0\r\nDTSTAMP:${new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')}`)
