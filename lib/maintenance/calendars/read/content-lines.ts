/** A calendar that can't be read; the message says why, in words for whoever entered it. */
export class CalendarError extends Error {
  override name = 'CalendarError'
}

/** One line of iCalendar, unfolded (RFC 5545 section 3.1). Names are in capitals. */
export interface ContentLine {
  name: string
  parameters: ReadonlyMap<string, string>
  value: string
}

/** What stands between BEGIN and END. */
export interface Component {
  name: string
  lines: ContentLine[]
  inside: Component[]
}

/** Longest text of a calendar, in characters: years of a busy team's. */
export const MOST_TEXT = 2_000_000
const MOST_DEPTH = 10

/** The calendar of a text. @throws CalendarError if it is none */
export function readComponents(text: string): Component {
  if (text.length > MOST_TEXT) throw new CalendarError(`it is longer than ${MOST_TEXT} characters`)
  if (text.includes('\0')) throw new CalendarError('it holds a NUL: it is no text in UTF-8')
  const open: Component[] = []
  let calendar: Component | null = null
  for (const { name, parameters, value } of contentLines(text)) {
    if (/^BEGIN$/.test(name)) {
      if (open.length === MOST_DEPTH) throw new CalendarError('its components are nested too deeply')
      const component: Component = { name: value.trim().toUpperCase(), lines: [], inside: [] }
      open.at(-1)?.inside.push(component)
      open.push(component)
      if (open.length === 1 && component.name !== 'VCALENDAR') throw new CalendarError(NONE)
    } else if (name === 'END') {
      const ended = open.pop()
      if (ended?.name !== value.trim().toUpperCase())
        throw new CalendarError(`END:${value.trim()} ends nothing that began`)
      if (open.length > 0) continue
      // several calendars in one text are read as one
      if (calendar) calendar.inside.push(...ended.inside)
      else calendar = ended
    } else if (open.length === 0) {
      throw new CalendarError(NONE)
    } else {
      open.at(-1)?.lines.push({ name, parameters, value })
    }
  }
  if (open.length > 0) throw new CalendarError(`it ends inside ${open.at(-1)?.name}: a part of it is missing`)
  if (!calendar) throw new CalendarError(NONE)
  return calendar
}

const NONE = 'it is no iCalendar: its first line must be BEGIN:VCALENDAR'

/** The lines of a text. @throws CalendarError for a line that is none */
function* contentLines(text: string): Generator<ContentLine> {
  const unfolded = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?|\n/g, '\n')
    .replace(/\n[ \t]/g, '')
  let number = 0
  for (const line of unfolded.split('\n')) {
    number += 1
    if (line.trim() === '') continue
    const [, name, given = '', value] = /^([A-Za-z0-9-]+)((?:;[^=;:"]+=(?:"[^"]*"|[^";:])*)*):(.*)$/s.exec(line) ?? []
    if (name === undefined || value === undefined) {
      throw new CalendarError(number === 1 ? NONE : `"${line.slice(0, 60)}" is no line of iCalendar`)
    }
    yield { name: name.toUpperCase(), parameters: parametersOf(given), value }
  }
}

function parametersOf(text: string): Map<string, string> {
  const found = [...text.matchAll(/;([^=;:"]+)=((?:"[^"]*"|[^";:])*)/g)]
  return new Map(found.map(([, name = '', value = '']) => [name.toUpperCase(), value.replaceAll('"', '')]))
}

/** The first line of a name; absent = there is none. */
export const lineOf = ({ lines }: Component, name: string): ContentLine | undefined =>
  lines.find((line) => line.name === name)

/** A text without its escapes (RFC 5545 section 3.3.11), on one line and no longer than is shown. */
export function plainText(value: string | undefined, most: number): string {
  return (
    (value ?? '')
      .replace(/\\([\\;,Nn])/g, (_, escaped: string) => (escaped.toLowerCase() === 'n' ? ' ' : escaped))
      .replace(/\s+/g, ' ')
      .replace(/\p{Cc}/gu, '')
      .trim()
      .slice(0, most)
      // it may end inside a pair, which JSON can not hold
      .toWellFormed()
  )
}
