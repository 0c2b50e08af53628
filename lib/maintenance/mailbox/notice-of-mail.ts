import type { EpochMs } from '#lib/contract/index.ts'
import { CalendarError } from '../calendars/read/content-lines.ts'
import { calendarOfNotice } from '../calendars/read/notice-text.ts'
import { readCalendar } from '../calendars/read/read-calendar.ts'

/** A mail as far as it may be a notice, its parts decoded. */
export interface Mail {
  /** when the server received it */
  receivedAt: EpochMs
  /** as the mail states it; '' = it does not */
  messageId: string
  from: string
  subject: string
  calendars: readonly string[]
  bodies: readonly string[]
}

const FAR_MS = 400 * 86_400_000

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
    if ('calendar' in read) return { calendars: [stamped(read.calendar, receivedAt)] }
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
    return events.length === 0 && problem ? { wrong: `its event can’t be read: ${problem.reason}` } : own
  } catch (error) {
    if (error instanceof CalendarError) return { wrong: `its calendar can’t be read: ${error.message}` }
    throw error
  }
}

/** Formats of providers have no versions: of two the later mail counts. */
const stamped = (calendar: string, at: EpochMs) =>
  calendar.replace('SEQUENCE:0', `SEQUENCE:0\r\nDTSTAMP:${new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')}`)
