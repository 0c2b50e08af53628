import { TextProcessingLimiter } from '#lib/platform/work-budget.ts'

/** Error for a text that cannot be read as a calendar. The message explains the reason to the user. */
export class CalendarError extends Error {
  override name = 'CalendarError'
}

/**
 * A line of iCalendar after unfolding, that is, joining lines that were wrapped (RFC 5545 section 3.1). Names are in
 * capitals.
 */
export interface CalendarContentLine {
  name: string
  parameters: ReadonlyMap<string, string>
  value: string
}

/** A component of a calendar: the lines from BEGIN to END, for example an event. */
export interface CalendarComponent {
  name: string
  lines: CalendarContentLine[]
  /** first line with each name */
  firstLines: Map<string, CalendarContentLine>
  inside: CalendarComponent[]
  /**
   * Only for a component that is directly inside a calendar: the position of this calendar in the text, and its METHOD.
   * Null for components at a deeper level, and until the calendar has been read completely
   */
  message: { number: number; method: string | null } | null
}

/** Maximum length of a calendar's text in characters. It is enough for several years of a team with many events. */
export const MAX_CALENDAR_TEXT_LENGTH = 2_000_000

const LIMITS = {
  depth: { max: 10, message: 'its components are nested too deeply' },
  lines: { max: 200_000, message: 'it has more than 200,000 lines: leave old events out' },
} as const

/** A calendar, and the lines of its text that could not be read. */
interface ReadComponents {
  calendar: CalendarComponent
  unread: { event: string; reason: string }[]
}

/**
 * Parses the calendars in a text and merges them into one. A line that cannot be read is reported, and the other lines
 * are still read.
 * @throws CalendarError if the text is not a calendar, is cut off, or exceeds a limit
 */
export function parseCalendarComponents(text: string): ReadComponents {
  if (text.length > MAX_CALENDAR_TEXT_LENGTH)
    throw new CalendarError(`it is longer than ${MAX_CALENDAR_TEXT_LENGTH} characters`)
  if (text.includes('\0')) throw new CalendarError('it holds a NUL: it is no text in UTF-8')
  const budget = new TextProcessingLimiter(LIMITS, CalendarError)
  const open: CalendarComponent[] = []
  const unread: ReadComponents['unread'] = []
  const report = (reason: string) => {
    const event = open.findLast(({ name }) => name === 'VEVENT')?.firstLines.get('SUMMARY')?.value
    unread.push({ event: event ?? 'the calendar', reason })
  }
  const calendars: CalendarComponent[] = []
  const close = () => {
    const ended = open.pop()
    if (!ended || open.length > 0) return
    const method = ended.firstLines.get('METHOD')?.value.trim().toUpperCase() ?? null
    for (const component of ended.inside) component.message = { number: calendars.length, method }
    calendars.push(ended)
  }
  for (const { line, text: raw } of contentLines(text)) {
    budget.spend('lines')
    const component = open.at(-1)
    if (!line) {
      if (!component) throw new CalendarError(NONE)
      report(`"${raw.slice(0, 60)}" is no line of iCalendar`)
      // An unreadable line is appended to the line before it if that line is a text property. The program that wrote
      // the calendar may have written a line break without an escape.
      const last = component.lines.at(-1)
      if (last && CONTINUED.has(last.name)) last.value += ` ${raw}`
      continue
    }
    const { name } = line
    const value = line.value.trim().toUpperCase()
    if (/^BEGIN$/.test(name)) {
      if (open.length === 0 && value !== 'VCALENDAR') throw new CalendarError(NONE)
      if (value === 'VCALENDAR' && open.length > 0) {
        report('the calendar does not end before the next one begins')
        while (open.length > 0) close()
      }
      if (value === 'VEVENT' && open.some((one) => one.name === 'VEVENT')) {
        report('the event does not end before the next one begins')
        while (open.at(-1)?.name !== 'VCALENDAR') close()
      }
      budget.check('depth', open.length + 1)
      const begun: CalendarComponent = { name: value, lines: [], firstLines: new Map(), inside: [], message: null }
      open.at(-1)?.inside.push(begun)
      open.push(begun)
    } else if (name === 'END') {
      if (!open.some((one) => one.name === value)) {
        if (open.length === 0) throw new CalendarError(`END:${value} ends nothing that began`)
        report(`END:${value.slice(0, 60)} ends nothing that began`)
        continue
      }
      if (value === 'VCALENDAR' && component !== open[0] && countEvents(open[0]) < 2)
        throw new CalendarError(`it ends inside ${component?.name}: a part of it is missing`)
      if (component?.name !== value) report(`${component?.name} does not end before END:${value}`)
      while (open.at(-1)?.name !== value) close()
      close()
    } else if (!component) {
      throw new CalendarError(NONE)
    } else {
      component.lines.push(line)
      if (!component.firstLines.has(name)) component.firstLines.set(name, line)
    }
  }
  const [first] = unread
  if (open.length > 0) {
    const missing = `it ends inside ${open.at(-1)?.name}: a part of it is missing`
    throw new CalendarError(first ? `${first.reason}; ${missing}` : missing)
  }
  const [calendar, ...others] = calendars
  if (!calendar) throw new CalendarError(NONE)
  // Merges all calendars of the text into the first one.
  for (const { inside } of others) for (const component of inside) calendar.inside.push(component)
  if (first && calendar.inside.length === 0) throw new CalendarError(first.reason)
  return { calendar, unread }
}

const countEvents = (calendar: CalendarComponent | undefined) =>
  calendar?.inside.filter(({ name }) => name === 'VEVENT').length ?? 0

const NONE = 'it is no iCalendar: its first line must be BEGIN:VCALENDAR'

/** Properties with free text. A line that cannot be read is treated as the continuation of such a property. */
const CONTINUED: ReadonlySet<string> = new Set(['COMMENT', 'DESCRIPTION', 'LOCATION', 'SUMMARY'])

/** Yields the lines of a text after unfolding. `line` is null for text that is not a line of iCalendar. */
function* contentLines(text: string): Generator<{ line: CalendarContentLine | null; text: string }> {
  const unfolded = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?|\n/g, '\n')
    .replace(/\n[ \t]/g, '')
  for (const line of unfolded.split('\n')) {
    if (line.trim() === '') continue
    const [, name, given = '', value] = /^([A-Za-z0-9-]+)((?:;[^=;:"]+=(?:"[^"]*"|[^";:])*)*):(.*)$/s.exec(line) ?? []
    const isLine = name !== undefined && value !== undefined
    yield { line: isLine ? { name: name.toUpperCase(), parameters: parametersOf(given), value } : null, text: line }
  }
}

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map()

function parametersOf(text: string): ReadonlyMap<string, string> {
  if (text === '') return NO_PARAMETERS
  const found = [...text.matchAll(/;([^=;:"]+)=((?:"[^"]*"|[^";:])*)/g)]
  return new Map(found.map(([, name = '', value = '']) => [name.toUpperCase(), value.replaceAll('"', '')]))
}

/** Returns the first line with a name; undefined if there is none. */
export const findCalendarLine = ({ firstLines }: CalendarComponent, name: string): CalendarContentLine | undefined =>
  firstLines.get(name)

/**
 * Removes the iCalendar escapes from a text (RFC 5545 section 3.3.11). The result has no line breaks and at most `most`
 * characters.
 */
export function unescapeCalendarText(value: string | undefined, most: number): string {
  return (
    (value ?? '')
      .replace(/\\([\\;,Nn])/g, (_, escaped: string) => (escaped.toLowerCase() === 'n' ? ' ' : escaped))
      .replace(/\s+/g, ' ')
      .replace(/\p{Cc}/gu, '')
      .trim()
      .slice(0, most)
      // The cut may leave half of a surrogate pair at the end. It is replaced, because JSON cannot represent it.
      .toWellFormed()
  )
}
