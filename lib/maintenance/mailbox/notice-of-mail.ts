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

/**
 * The announced work of a mail as iCalendar: its calendars; where it has none, its body in the format of a provider that is known.
 * @returns a text = why it is none
 */
export function noticeOfMail({
  receivedAt,
  subject,
  calendars,
  bodies,
}: Mail): { calendars: string[] } | { wrong: string } {
  if (calendars.length > 0) {
    const read = calendars.map((text) => readable(text, receivedAt))
    const wrong = read.find((one) => typeof one !== 'string')
    // one that can't be read is shown, whatever else the mail has
    return wrong && typeof wrong !== 'string' ? wrong : { calendars: read.filter((one) => typeof one === 'string') }
  }
  let why = 'it has neither a calendar nor a text'
  for (const body of bodies) {
    const read = calendarOfNotice(`Subject: ${subject}\n\n${body}`)
    if ('calendar' in read) {
      const calendar = readable(stamped(read.calendar, receivedAt), receivedAt)
      return typeof calendar === 'string' ? { calendars: [calendar] } : calendar
    }
    why = read.wrong
  }
  return { wrong: why }
}

/** @returns the calendar as it is added to others */
function readable(text: string, receivedAt: EpochMs): string | { wrong: string } {
  const method = /^METHOD:\s*(\w+)/im.exec(text)?.[1]?.toUpperCase()
  // RFC 5546, section 3.2: an attendee's answer announces nothing
  if (method === 'REPLY' || method === 'COUNTER' || method === 'REFRESH')
    return { wrong: `its calendar is an answer to an invitation (${method})` }
  const own = method === 'CANCEL' ? text.replaceAll(/^BEGIN:VEVENT\s*$/gim, 'BEGIN:VEVENT\r\nSTATUS:CANCELLED') : text
  try {
    const { events, problems } = readCalendar(own, { from: receivedAt - FAR_MS, to: receivedAt + FAR_MS })
    const [problem] = problems
    if (events.length === 0 && problem) return { wrong: `its event can’t be read: ${problem.reason}` }
    const long = longEvent(events)
    return long === null ? own : { wrong: long }
  } catch (error) {
    if (error instanceof CalendarError) return { wrong: `its calendar can’t be read: ${error.message}` }
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
