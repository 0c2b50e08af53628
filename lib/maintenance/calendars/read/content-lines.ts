import { WorkBudget } from '#lib/platform/work-budget.ts'

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
  /** First line of each name, so that a name is found without a search through the lines. */
  firstLines: Map<string, ContentLine>
  inside: Component[]
}

/** Longest text of a calendar, in characters: years of a busy team's. */
export const MOST_TEXT = 2_000_000

const LIMITS = {
  depth: { max: 10, message: 'its components are nested too deeply' },
  lines: { max: 200_000, message: 'it has more than 200,000 lines: leave old events out' },
} as const

/** The calendar of a text. @throws CalendarError if it is none */
export function readComponents(text: string): Component {
  if (text.length > MOST_TEXT) throw new CalendarError(`it is longer than ${MOST_TEXT} characters`)
  if (text.includes('\0')) throw new CalendarError('it holds a NUL: it is no text in UTF-8')
  const budget = new WorkBudget(LIMITS, CalendarError)
  const open: Component[] = []
  let calendar: Component | null = null
  for (const line of contentLines(text)) {
    const { name, value } = line
    budget.spend('lines')
    if (/^BEGIN$/.test(name)) {
      budget.check('depth', open.length + 1)
      const component: Component = {
        name: value.trim().toUpperCase(),
        lines: [],
        firstLines: new Map(),
        inside: [],
      }
      open.at(-1)?.inside.push(component)
      open.push(component)
      if (open.length === 1 && component.name !== 'VCALENDAR') throw new CalendarError(NONE)
    } else if (name === 'END') {
      const ended = open.pop()
      if (ended?.name !== value.trim().toUpperCase())
        throw new CalendarError(`END:${value.trim()} ends nothing that began`)
      if (open.length > 0) continue
      // several calendars in one text are read as one
      if (calendar) for (const component of ended.inside) calendar.inside.push(component)
      else calendar = ended
    } else if (open.length === 0) {
      throw new CalendarError(NONE)
    } else {
      const component = open.at(-1)
      component?.lines.push(line)
      if (!component?.firstLines.has(name)) component?.firstLines.set(name, line)
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

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map()

function parametersOf(text: string): ReadonlyMap<string, string> {
  if (text === '') return NO_PARAMETERS
  const found = [...text.matchAll(/;([^=;:"]+)=((?:"[^"]*"|[^";:])*)/g)]
  return new Map(found.map(([, name = '', value = '']) => [name.toUpperCase(), value.replaceAll('"', '')]))
}

/** The first line of a name; absent = there is none. */
export const lineOf = ({ firstLines }: Component, name: string): ContentLine | undefined => firstLines.get(name)

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
