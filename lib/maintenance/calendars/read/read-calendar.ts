import {
  type EpochMs,
  type LocalMs,
  MOST_OCCURRENCES,
  occurrencesWithin,
  parseRule,
  type RecurrenceRule,
  TIME_EFFORT,
  type Zone,
  instantOf,
  localAt,
  parseLocal,
} from '#lib/contract/index.ts'
import { DAY } from '#lib/contract/time/time.ts'
import { WorkBudget } from '#lib/platform/work-budget.ts'
import { CalendarError, type Component, type ContentLine, lineOf, plainText, readComponents } from './content-lines.ts'
import { isWithdrawn, type MaintenanceNote, newestVersions, noteOf } from './maintenance-note.ts'
import { type ZoneNames, zonesOf } from './zones.ts'

/** One time of an event. */
export interface CalendarEvent {
  uid: string
  /** what it is known by within the calendar, also when it is rescheduled or given another name */
  key: string
  title: string
  /** description and place, in which names may stand */
  text: string
  from: EpochMs
  to: EpochMs
  /** of a provider’s notification; null = it is a plain event */
  note: MaintenanceNote | null
}

interface ReadCalendar {
  /** as the calendar names itself; '' = it does not */
  name: string
  /** in the order in which they begin */
  events: CalendarEvent[]
  /** events that could not be read, and why */
  problems: { event: string; reason: string }[]
}

const MOST_EVENTS = 10_000
/** Times of one calendar that are kept. */
const MOST_TIMES = 5_000
const MOST_PROBLEMS = 20
const LONGEST_MS = 62 * DAY
const LIMITS = {
  // days that rules examine: a second or two, in which the process does nothing else
  effort: { max: 5_000_000, message: 'its rules and times take too much work: end old rules by UNTIL' },
} as const
/** Work of one event: a daily rule of thirteen centuries. */
const EVENT_LIMITS = {
  effort: { max: LIMITS.effort.max / 10, message: 'its rules and times take too much work: end it by UNTIL' },
} as const

/**
 * The events of an iCalendar (RFC 5545) that have a moment in common with a time, each time of those that recur. Cancelled ones and
 * those that EXDATE leaves out are not among them; a time that RECURRENCE-ID moves is where it was rescheduled to.
 * @throws CalendarError if the text is no calendar, or takes more work than is done for one
 */
export function readCalendar(text: string, within: { from: EpochMs; to: EpochMs }): ReadCalendar {
  const calendar = readComponents(text)
  const events = calendar.inside.filter(({ name }) => name === 'VEVENT')
  const problems: ReadCalendar['problems'] = []
  const report = (event: string, reason: string) => {
    if (problems.length < MOST_PROBLEMS) problems.push({ event: event || 'an event without a summary', reason })
  }
  if (events.length > MOST_EVENTS)
    report('the calendar', `it has ${events.length} events; the first ${MOST_EVENTS} are read`)
  const budget = new WorkBudget(LIMITS, CalendarError)
  // the work of the current event; zones that are read before the first event have no such limit
  let ownBudget: WorkBudget<keyof typeof EVENT_LIMITS> | null = null
  const spend = (days: number) => {
    budget.spend('effort', days)
    ownBudget?.spend('effort', days)
  }
  const zones = zonesOf(calendar, spend)
  const floating = floatingZone(calendar, zones)
  const found: CalendarEvent[] = []
  for (const versions of Map.groupBy(events.slice(0, MOST_EVENTS), uidOf).values()) {
    const own = newestVersions(versions)
    const rescheduled = own.flatMap((event) => event.lines.filter(({ name }) => name === 'RECURRENCE-ID'))
    for (const event of own) {
      ownBudget = new WorkBudget(EVENT_LIMITS, EventError)
      try {
        const isRescheduled = lineOf(event, 'RECURRENCE-ID') !== undefined
        const context = { zones, floating, within, spend }
        // one event may have more times than a call takes arguments
        for (const time of timesOf(event, isRescheduled ? [] : rescheduled, context)) found.push(time)
        if (isRescheduled && lineOf(event, 'RECURRENCE-ID')?.parameters.get('RANGE') === 'THISANDFUTURE') {
          throw new EventError('a change of this and all following times is read as one of this time alone')
        }
      } catch (error) {
        if (!(error instanceof EventError)) throw error
        report(summaryOf(event), error.message)
      }
    }
  }
  const inOrder = found.toSorted((a, b) => a.from - b.from || (a.key < b.key ? -1 : 1))
  if (inOrder.length > MOST_TIMES)
    report('the calendar', `it has ${inOrder.length} times; the first ${MOST_TIMES} are kept`)
  return {
    name: plainText(lineOf(calendar, 'X-WR-CALNAME')?.value, 200),
    events: inOrder.slice(0, MOST_TIMES),
    problems,
  }
}

interface Context {
  zones: ZoneNames
  floating: Zone
  within: { from: EpochMs; to: EpochMs }
  /** @throws CalendarError after too much work */
  spend: (days: number) => void
}

const summaryOf = (event: Component) => plainText(lineOf(event, 'SUMMARY')?.value, 200)
const uidOf = (event: Component) =>
  lineOf(event, 'UID')?.value.trim() ?? `${lineOf(event, 'DTSTART')?.value} ${summaryOf(event)}`

/** Zone of times that name none: the calendar's own, as Google and Apple write it. */
function floatingZone(calendar: Component, zones: ZoneNames): Zone {
  const named = lineOf(calendar, 'X-WR-TIMEZONE')?.value.trim()
  return (named !== undefined && zones(named)) || 'UTC'
}

function timesOf(
  event: Component,
  rescheduled: readonly ContentLine[],
  { zones, floating, within, spend }: Context,
): CalendarEvent[] {
  const note = noteOf(event)
  if (lineOf(event, 'STATUS')?.value.trim().toUpperCase() === 'CANCELLED' || (note && isWithdrawn(note))) return []
  const timesIn = (line: ContentLine) => {
    const values = line.value.split(',')
    spend(values.length * TIME_EFFORT)
    return values.map((value) => readTime(value, line, zones, floating))
  }
  const begin = lineOf(event, 'DTSTART')
  // its begin and its end
  spend(2 * TIME_EFFORT)
  if (!begin) throw new EventError('it has no DTSTART')
  const start = readTime(begin.value, begin, zones, floating)
  const lengthMs = lengthOf(event, start, (line) => readTime(line.value, line, zones, floating))
  const uid = uidOf(event)
  const own = { uid, title: summaryOf(event) || 'Maintenance', text: textOf(event), note }
  const at = (local: LocalMs, from: EpochMs): CalendarEvent => ({
    ...own,
    key: `${uid} ${new Date(local).toISOString().slice(0, 16)}`,
    from,
    // days end when the day ends, also where it has 23 hours
    to: start.isDay ? instantOfTime({ ...start, local: local + lengthMs }) : from + lengthMs,
  })
  const recurrenceId = lineOf(event, 'RECURRENCE-ID')
  if (recurrenceId) {
    const replaced = readTime(recurrenceId.value, recurrenceId, zones, floating)
    return overlapping(
      [{ ...at(replaced.local, instantOfTime(start)), to: at(start.local, instantOfTime(start)).to }],
      within,
    )
  }
  const linesOf = (name: string) => event.lines.filter((line) => line.name === name)
  // EXDATE may name a day although the event has a time
  const excluded = [...linesOf('EXDATE').flatMap(timesIn), ...rescheduled.flatMap(timesIn)]
  const starts = new Set(excluded.filter(({ isDay }) => isDay === start.isDay).map((time) => timeIn(time, start.zone)))
  const days = new Set(
    excluded
      .filter(({ isDay }) => isDay && !start.isDay)
      .map(({ local }) => new Date(local).toISOString().slice(0, 10)),
  )
  const added = linesOf('RDATE').flatMap((line) => {
    if (line.parameters.get('VALUE') === 'PERIOD') throw new EventError('RDATE with periods is not supported')
    return timesIn(line).map((time) => timeIn(time, start.zone))
  })
  const rules = linesOf('RRULE').map(({ value }) => ruleOf(value))
  const recurring = rules.flatMap((rule) =>
    occurrencesWithin(
      { rule, start: start.local, zone: start.zone, lengthMs, except: { starts, days }, countsStart: true },
      within,
      spend,
    ).map(({ local, from }) => at(local, from)),
  )
  if (recurring.length >= MOST_OCCURRENCES) throw new EventError(`it has more than ${MOST_OCCURRENCES} times`)
  const single = [...(rules.length === 0 ? [start.local] : []), ...added]
    .filter((local) => !starts.has(local))
    .map((local) => at(local, instantOfTime({ ...start, local })))
  const all = overlapping([...recurring, ...single], within)
  return [...new Map(all.map((one) => [one.key, one])).values()]
}

const overlapping = (events: CalendarEvent[], { from, to }: Context['within']) =>
  events.filter((event) => event.from < to && event.to > from)

function ruleOf(value: string): RecurrenceRule {
  const read = parseRule(value)
  if ('rule' in read) return read.rule
  throw new EventError(`its rule can not be read: ${read.wrong}`)
}

/** Milliseconds; of days by the calendar, as if each had 24 hours. */
function lengthOf(event: Component, start: CalendarTime, timeOf: (line: ContentLine) => CalendarTime): number {
  const end = lineOf(event, 'DTEND')
  const duration = lineOf(event, 'DURATION')
  const endTime = end && timeOf(end)
  const lengthMs = endTime
    ? start.isDay
      ? endTime.local - start.local
      : instantOfTime(endTime) - instantOfTime(start)
    : duration
      ? readCalendarDuration(duration.value)
      : start.isDay
        ? DAY
        : 0
  if (lengthMs <= 0) throw new EventError('it has no end after its begin')
  if (lengthMs > LONGEST_MS) throw new EventError('it lasts longer than 62 days')
  return lengthMs
}

function textOf(event: Component): string {
  return [lineOf(event, 'DESCRIPTION')?.value, lineOf(event, 'LOCATION')?.value]
    .map((text) => plainText(text, 4_000))
    .join(' ')
    .trim()
}

/** A value of an event can't be read: the event is left out, and the message says why. */
class EventError extends Error {
  override name = 'EventError'
}

/** A time in a calendar, by the clocks of a zone. */
interface CalendarTime {
  local: LocalMs
  zone: Zone
  /** a day without a time of day */
  isDay: boolean
}

const instantOfTime = ({ local, zone }: CalendarTime): EpochMs => instantOf(local, zone)

/**
 * A value of DTSTART and its kin: a day, a time in UTC, in a zone, or without one, which is read in `floating`.
 * @throws EventError
 */
function readTime(
  value: string,
  { parameters }: Pick<ContentLine, 'parameters'>,
  zones: ZoneNames,
  floating: Zone,
): CalendarTime {
  const [, year, month, day, time, hour, minute, second, utc] =
    /^(\d{4})(\d{2})(\d{2})(T(\d{2})(\d{2})(\d{2})(Z)?)?$/.exec(value.trim()) ?? []
  // a leap second is the next minute
  const clock = `${hour}:${minute}:${second === '60' ? '59' : second}`
  const local = parseLocal(`${year}-${month}-${day}${time ? `T${clock}` : ''}`)
  if (local === null) throw new EventError(`"${value.slice(0, 40)}" is no time`)
  if (utc) return { local, zone: 'UTC', isDay: false }
  const name = parameters.get('TZID')
  const zone = name === undefined ? floating : zones(name)
  if (zone === null) throw new EventError(`its time zone ${name} is not known`)
  return { local, zone, isDay: !time }
}

/** The same instant by the clocks of another zone. */
const timeIn = (time: CalendarTime, zone: Zone): LocalMs =>
  time.zone === zone ? time.local : localAt(instantOfTime(time), zone)

/** A DURATION in milliseconds, such as `PT4H` or `P1D` (RFC 5545 section 3.3.6). @throws EventError */
function readCalendarDuration(value: string): number {
  const [text, sign, weeks, days, hours, minutes, seconds] =
    /^([+-])?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(value.trim()) ?? []
  if (text === undefined || /P$|T$/.test(text)) throw new EventError(`"${value.slice(0, 40)}" is no duration`)
  const of = (number: string | undefined) => Number(number ?? 0)
  const ms = (of(weeks) * 7 + of(days)) * DAY + of(hours) * 3_600_000 + of(minutes) * 60_000 + of(seconds) * 1_000
  return sign === '-' ? -ms : ms
}
