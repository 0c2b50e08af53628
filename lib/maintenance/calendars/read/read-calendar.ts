import {
  type EpochMs,
  type LocalMs,
  MAX_OCCURRENCES_PER_RECURRENCE,
  listOccurrencesWithin,
  parseRecurrenceRule,
  type RecurrenceRule,
  LOCAL_TIME_COST_DAYS,
  type TimeZoneOrOffsetFunction,
  convertLocalToInstant,
  convertInstantToLocal,
  parseLocal,
} from '#lib/contract/index.ts'
import { toLocalMidnight } from '#lib/contract/time/local-time.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { TextProcessingLimiter } from '#lib/platform/work-budget.ts'
import {
  CalendarError,
  type CalendarComponent,
  type CalendarContentLine,
  findCalendarLine,
  unescapeCalendarText,
  parseCalendarComponents,
} from './content-lines.ts'
import {
  isEventWithdrawn,
  type MaintenanceNote,
  pickNewestVersions,
  parseMaintenanceNote,
  getEventSequence,
} from './maintenance-note.ts'
import { type FindCalendarZone, createZoneFinder } from './zone-finder.ts'

/** One occurrence of an event. */
export interface CalendarEvent {
  uid: string
  /**
   * Key of the occurrence, unique within the calendar. It consists of the UID and the original begin, so that it
   * remains the same if the occurrence is moved or renamed
   */
  key: string
  title: string
  /** description and location of the event, in which names of resources are searched */
  text: string
  from: EpochMs
  to: EpochMs
  /** properties of a provider's maintenance notification; null = a plain event */
  note: MaintenanceNote | null
}

interface ReadCalendar {
  /** name that the calendar states for itself; '' = none */
  name: string
  /** occurrences of the events, in the order of their begins */
  events: CalendarEvent[]
  /**
   * METHOD of a calendar in the text that only answers an invitation, for example REPLY; null = the text contains no
   * such calendar
   */
  answers: string | null
  /** events and lines that could not be read, with the reason */
  problems: { event: string; reason: string }[]
  /** UIDs of all events that the calendar contains or withdraws, in the form that the keys of occurrences contain */
  stated: ReadonlySet<string>
  /** highest SEQUENCE (version number) of each UID */
  sequences: ReadonlyMap<string, number>
  /** UIDs of events that could not be read completely */
  unread: ReadonlySet<string>
}

/** iCalendar property in which the converter of provider notices reports a line that it could not read. */
export const UNREAD_LINE_PROPERTY = 'X-PEERWATCH-UNREAD'

/** Maximum number of characters of a UID in the key of an occurrence. */
const MAX_UID = 480
/** Returns the UID in the key of an occurrence. */
export const getUidFromKey = (key: string): string => key.slice(0, -' 2026-07-14T22:00'.length)
const uidInKey = (uid: string) => uid.slice(0, MAX_UID).toWellFormed()
/** METHODs of answers to an invitation, which do not announce events (RFC 5546, section 3.2). */
const ANSWERS: ReadonlySet<string> = new Set(['REPLY', 'COUNTER', 'REFRESH', 'DECLINECOUNTER'])

const MAX_EVENTS = 10_000
/** Maximum number of occurrences that are kept of one calendar. */
const MAX_TIMES = 5_000
const MAX_PROBLEMS = 20
const LONGEST_MS = 62 * MS_PER_DAY
const LIMITS = {
  // Maximum number of days that recurrence rules may examine. That takes one or two seconds, during which the process
  // does nothing else
  effort: { max: 5_000_000, message: 'its rules and times take too much work: end old rules by UNTIL' },
} as const
/** Work limit for one event. It is enough for a daily rule over thirteen centuries. */
const EVENT_LIMITS = {
  effort: { max: LIMITS.effort.max / 10, message: 'its rules and times take too much work: end it by UNTIL' },
} as const

/**
 * Returns the events of an iCalendar text (RFC 5545) that overlap a time range, with each occurrence of recurring
 * events. Cancelled events and excluded occurrences (EXDATE) are left out. A moved occurrence (RECURRENCE-ID) is at its
 * new time.
 * @throws CalendarError if the text is not a calendar, or needs too much work
 */
export function parseCalendar(text: string, within: { from: EpochMs; to: EpochMs }): ReadCalendar {
  const { calendar, unread: lines } = parseCalendarComponents(text)
  const all = calendar.inside.filter(({ name }) => name === 'VEVENT')
  const events = all.filter(({ message }) => !ANSWERS.has(message?.method ?? ''))
  const problems: ReadCalendar['problems'] = []
  const [stated, unread] = [new Set<string>(), new Set<string>()]
  const report = (event: string, reason: string) => {
    if (problems.length < MAX_PROBLEMS) problems.push({ event: event || 'an event without a summary', reason })
  }
  for (const { event, reason } of lines) report(unescapeCalendarText(event, 200), reason)
  for (const event of all) {
    const method = event.message?.method ?? ''
    if (ANSWERS.has(method)) report(summaryOf(event), `it is an answer to an invitation (${method})`)
  }
  if (events.length > MAX_EVENTS)
    report('the calendar', `it has ${events.length} events; the first ${MAX_EVENTS} are read`)
  const budget = new TextProcessingLimiter(LIMITS, CalendarError)
  // Work limit of the current event. It is null until the first event is read, because zones that are read before it
  // count only toward the limit of the calendar.
  let ownBudget: TextProcessingLimiter<keyof typeof EVENT_LIMITS> | null = null
  const spend = (days: number) => {
    budget.spend('effort', days)
    ownBudget?.spend('effort', days)
  }
  const zones = createZoneFinder(calendar, spend)
  const floating = floatingZone(calendar, zones)
  const found: CalendarEvent[] = []
  for (const versions of Map.groupBy(events.slice(0, MAX_EVENTS), uidOf).values()) {
    const own = pickNewestVersions(versions)
    const rescheduled = own.flatMap((event) => event.lines.filter(({ name }) => name === 'RECURRENCE-ID'))
    for (const event of own) {
      ownBudget = new TextProcessingLimiter(EVENT_LIMITS, EventError)
      try {
        const isRescheduled = findCalendarLine(event, 'RECURRENCE-ID') !== undefined
        const part = (reason: string) => {
          unread.add(uidInKey(uidOf(event)))
          report(summaryOf(event), reason)
        }
        const context = { zones, floating, within, spend, report: part }
        stated.add(uidInKey(uidOf(event)))
        for (const { name, value } of event.lines)
          if (name === UNREAD_LINE_PROPERTY) report(summaryOf(event), unescapeCalendarText(value, 300))
        // The times are added one by one, because `push` fails if it is called with too many arguments.
        for (const time of timesOf(event, isRescheduled ? [] : rescheduled, context)) found.push(time)
        if (isRescheduled && findCalendarLine(event, 'RECURRENCE-ID')?.parameters.get('RANGE') === 'THISANDFUTURE') {
          throw new EventError('a change of this and all following times is read as one of this time alone')
        }
      } catch (error) {
        if (!(error instanceof EventError)) throw error
        unread.add(uidInKey(uidOf(event)))
        report(summaryOf(event), error.message)
      }
    }
  }
  const inOrder = found.toSorted((a, b) => a.from - b.from || (a.key < b.key ? -1 : 1))
  if (inOrder.length > MAX_TIMES)
    report('the calendar', `it has ${inOrder.length} times; the first ${MAX_TIMES} are kept`)
  return {
    name: unescapeCalendarText(findCalendarLine(calendar, 'X-WR-CALNAME')?.value, 200),
    events: inOrder.slice(0, MAX_TIMES),
    answers: all.find(({ message }) => ANSWERS.has(message?.method ?? ''))?.message?.method ?? null,
    problems,
    stated,
    sequences: new Map(
      [...Map.groupBy(events, uidOf)].map(([uid, versions]) => [uid, Math.max(...versions.map(getEventSequence))]),
    ),
    unread,
  }
}

interface Context {
  zones: FindCalendarZone
  floating: TimeZoneOrOffsetFunction
  within: { from: EpochMs; to: EpochMs }
  /**
   * Records an amount of work as a number of examined days.
   * @throws CalendarError if the work for the calendar exceeds its limit, or EventError if the work for the event does
   */
  spend: (days: number) => void
  /** reports a part of the event that could not be read; the other parts are still used */
  report: (reason: string) => void
}

const summaryOf = (event: CalendarComponent) => unescapeCalendarText(findCalendarLine(event, 'SUMMARY')?.value, 200)
const uidOf = (event: CalendarComponent) =>
  findCalendarLine(event, 'UID')?.value.trim() ?? `${findCalendarLine(event, 'DTSTART')?.value} ${summaryOf(event)}`

/**
 * Returns the zone for times that state no zone. It is the zone in the property X-WR-TIMEZONE of the calendar, which
 * Google and Apple write. Without this property, it is UTC.
 */
function floatingZone(calendar: CalendarComponent, zones: FindCalendarZone): TimeZoneOrOffsetFunction {
  const named = findCalendarLine(calendar, 'X-WR-TIMEZONE')?.value.trim()
  return (named !== undefined && zones(named)) || 'UTC'
}

function timesOf(
  event: CalendarComponent,
  rescheduled: readonly CalendarContentLine[],
  { zones, floating, within, spend, report }: Context,
): CalendarEvent[] {
  if (isEventWithdrawn(event)) return []
  const note = parseMaintenanceNote(event)
  /**
   * Parses the times in one line of the event, which are separated by commas. A value that cannot be read is reported
   * and left out.
   */
  const timesIn = (line: CalendarContentLine, missingZone: TimeZoneOrOffsetFunction): CalendarTime[] => {
    const values = line.value.split(',')
    spend(values.length * LOCAL_TIME_COST_DAYS)
    return values.flatMap((value) => {
      try {
        // A value may be a period. Only its begin is used here.
        return readTime(value.split('/')[0] ?? '', line, zones, missingZone)
      } catch (error) {
        if (!(error instanceof EventError)) throw error
        report(`${line.name}: ${error.message}`)
        return []
      }
    })
  }
  const begin = findCalendarLine(event, 'DTSTART')
  // Adds the work for reading the event's begin and end.
  spend(2 * LOCAL_TIME_COST_DAYS)
  if (!begin) throw new EventError('it has no DTSTART')
  const start = readTime(begin.value, begin, zones, floating)
  const lengthMs = lengthOf(event, start, (line) => readTime(line.value, line, zones, floating))
  const uid = uidOf(event)
  const own = { uid, title: summaryOf(event) || 'Maintenance', text: textOf(event), note }
  const at = (local: LocalMs, from: EpochMs): CalendarEvent => ({
    ...own,
    key: `${uidInKey(uid)} ${new Date(local).toISOString().slice(0, 16)}`,
    from,
    // An all-day event ends at the end of its last local day, even if that day has 23 or 25 hours.
    to: start.isDay ? instantOfTime({ ...start, local: local + lengthMs }) : from + lengthMs,
  })
  const recurrenceId = findCalendarLine(event, 'RECURRENCE-ID')
  if (recurrenceId) {
    const replaced = readTime(recurrenceId.value, recurrenceId, zones, floating)
    return overlapping(
      [{ ...at(replaced.local, instantOfTime(start)), to: at(start.local, instantOfTime(start)).to }],
      within,
    )
  }
  const linesOf = (name: string) => event.lines.filter((line) => line.name === name)
  const isExcluded = excludedFrom(start, [
    ...linesOf('EXDATE').flatMap((line) => exclusionsOf(line, timesIn(line, start.zone))),
    ...rescheduled.flatMap((line) => exclusionsOf(line, timesIn(line, start.zone))),
  ])
  const added = linesOf('RDATE').flatMap((line): AddedTime[] =>
    isPeriod(line)
      ? periodsOf(line, { zones, floating, report, spend })
      : timesIn(line, floating).map((time) => ({ time, lengthMs: null })),
  )
  const rules = linesOf('RRULE').map(({ value }) => ruleOf(value))
  const excluding = linesOf('EXRULE').flatMap(({ value }) => {
    const read = parseRecurrenceRule(value)
    if ('rule' in read) return [read.rule]
    report(`EXRULE: ${read.wrong}`)
    return []
  })
  const excludedByRule = new Set(
    excluding.flatMap((rule) =>
      listOccurrencesWithin({ rule, start: start.local, zone: start.zone, lengthMs }, within, spend).map(
        ({ local }) => local,
      ),
    ),
  )
  const recurring = rules.flatMap((rule) =>
    listOccurrencesWithin({ rule, start: start.local, zone: start.zone, lengthMs, countsStart: true }, within, spend)
      .filter(({ local, from }) => !excludedByRule.has(local) && !isExcluded(local, from))
      .map(({ local, from }) => at(local, from)),
  )
  if (recurring.length >= MAX_OCCURRENCES_PER_RECURRENCE)
    throw new EventError(`it has more than ${MAX_OCCURRENCES_PER_RECURRENCE} times`)
  const once: AddedTime[] = rules.length === 0 ? [{ time: start, lengthMs: null }] : []
  const single = [...once, ...added].flatMap(({ time, lengthMs: own }) => {
    const local = timeIn(time, start.zone)
    const from = instantOfTime({ ...start, local })
    const one = at(local, from)
    return isExcluded(local, from) ? [] : own === null ? one : { ...one, to: from + own }
  })
  const all = overlapping([...recurring, ...single], within)
  return [...new Map(all.map((one) => [one.key, one])).values()]
}

/** An additional time of an event (RDATE), besides the times of its rules. */
interface AddedTime {
  time: CalendarTime
  /** length in milliseconds; null = the length of the event */
  lengthMs: number | null
}

const isPeriod = ({ parameters, value }: CalendarContentLine) =>
  parameters.get('VALUE')?.toUpperCase() === 'PERIOD' || value.includes('/')

/** Returns the periods in a line (RFC 5545 section 3.3.9). A period that cannot be read is reported and left out. */
function periodsOf(
  line: CalendarContentLine,
  { zones, floating, report, spend }: Pick<Context, 'zones' | 'floating' | 'report' | 'spend'>,
): AddedTime[] {
  return line.value.split(',').flatMap((value) => {
    spend(2 * LOCAL_TIME_COST_DAYS)
    try {
      const [begin = '', end = ''] = value.split('/')
      const time = readTime(begin, line, zones, floating)
      const lengthMs = /^[+-]?P/i.test(end.trim())
        ? readCalendarDuration(end)
        : instantOfTime(readTime(end, line, zones, floating)) - instantOfTime(time)
      return { time, lengthMs: checkedLength(lengthMs) }
    } catch (error) {
      if (!(error instanceof EventError)) throw error
      report(`${line.name}: ${error.message}`)
      return []
    }
  })
}

/** A time that is excluded from a series (EXDATE, or the original time of a moved occurrence). */
interface Exclusion extends CalendarTime {
  /** true = the line states a zone, so that an excluded day is a day in that zone */
  isZoned: boolean
}

const exclusionsOf = ({ parameters }: CalendarContentLine, times: readonly CalendarTime[]): Exclusion[] =>
  times.map((time) => ({ ...time, isZoned: parameters.has('TZID') }))

/**
 * Returns a function that reports whether an occurrence of a series is excluded. An excluded day excludes all
 * occurrences on that day. An excluded time excludes the occurrence that begins at that instant or at that local time.
 * If the series consists of whole days, an excluded time excludes its day.
 */
function excludedFrom(
  start: CalendarTime,
  exclusions: readonly Exclusion[],
): (local: LocalMs, from: EpochMs) => boolean {
  const times = exclusions.filter(({ isDay }) => !isDay)
  const days = exclusions.filter(({ isDay }) => isDay)
  const instants = new Set(times.map(instantOfTime))
  const locals = new Set(times.map((time) => timeIn(time, start.zone)))
  const own = new Set([
    ...days.filter(({ isZoned }) => !isZoned || start.isDay).map(({ local }) => toLocalMidnight(local)),
    // Whole days have no zone. If an excluded time is in UTC, it is first converted to a day in the zone of the series.
    ...(start.isDay
      ? times.map((time) => toLocalMidnight(time.zone === 'UTC' ? timeIn(time, start.zone) : time.local))
      : []),
  ])
  const zoned = Map.groupBy(start.isDay ? [] : days.filter(({ isZoned }) => isZoned), ({ zone }) => zone)
  const byZone = [...zoned].map(([zone, named]) => ({
    zone,
    days: new Set(named.map(({ local }) => toLocalMidnight(local))),
  }))
  return (local, from) =>
    own.has(toLocalMidnight(local)) ||
    (!start.isDay && (instants.has(from) || locals.has(local))) ||
    byZone.some(({ zone, days: named }) => named.has(toLocalMidnight(convertInstantToLocal(from, zone))))
}

const overlapping = (events: CalendarEvent[], { from, to }: Context['within']) =>
  events.filter((event) => event.from < to && event.to > from)

function ruleOf(value: string): RecurrenceRule {
  const read = parseRecurrenceRule(value)
  if ('rule' in read) return read.rule
  throw new EventError(`its rule can not be read: ${read.wrong}`)
}

/** Returns the length of an event in milliseconds; whole days count as 24 hours. */
function lengthOf(
  event: CalendarComponent,
  start: CalendarTime,
  timeOf: (line: CalendarContentLine) => CalendarTime,
): number {
  const end = findCalendarLine(event, 'DTEND')
  const duration = findCalendarLine(event, 'DURATION')
  const endTime = end && timeOf(end)
  const lengthMs = endTime
    ? start.isDay
      ? endTime.local - start.local
      : instantOfTime(endTime) - instantOfTime(start)
    : duration
      ? readCalendarDuration(duration.value)
      : start.isDay
        ? MS_PER_DAY
        : 0
  return checkedLength(lengthMs)
}

/**
 * Checks the length of an event.
 * @throws EventError if it is not positive, or longer than 62 days
 */
function checkedLength(lengthMs: number): number {
  if (lengthMs <= 0) throw new EventError('it has no end after its begin')
  if (lengthMs > LONGEST_MS) throw new EventError('it lasts longer than 62 days')
  return lengthMs
}

function textOf(event: CalendarComponent): string {
  return [findCalendarLine(event, 'DESCRIPTION')?.value, findCalendarLine(event, 'LOCATION')?.value]
    .map((text) => unescapeCalendarText(text, 4_000))
    .join(' ')
    .trim()
}

/** Error: a value of an event cannot be read. The message gives the reason. */
class EventError extends Error {
  override name = 'EventError'
}

/** A local time or day of a calendar in a zone. */
interface CalendarTime {
  local: LocalMs
  zone: TimeZoneOrOffsetFunction
  /** true = a day without a time of day */
  isDay: boolean
}

const instantOfTime = ({ local, zone }: CalendarTime): EpochMs => convertLocalToInstant(local, zone)

/**
 * Parses a date or time, such as the value of DTSTART. It may be a day, a time in UTC, a time in a named zone, or a
 * time without a zone, which is read in the zone `floating`.
 * @throws EventError
 */
function readTime(
  value: string,
  { parameters }: Pick<CalendarContentLine, 'parameters'>,
  zones: FindCalendarZone,
  floating: TimeZoneOrOffsetFunction,
): CalendarTime {
  const [, year, month, day, time, hour, minute, second, utc] =
    /^(\d{4})(\d{2})(\d{2})(T(\d{2})(\d{2})(\d{2})(Z)?)?$/i.exec(value.trim()) ?? []
  // A leap second (60) is treated as second 59.
  const clock = `${hour}:${minute}:${second === '60' ? '59' : second}`
  const local = parseLocal(`${year}-${month}-${day}${time ? `T${clock}` : ''}`)
  if (local === null) throw new EventError(`"${value.slice(0, 40)}" is no time`)
  if (utc) return { local, zone: 'UTC', isDay: false }
  const name = parameters.get('TZID')
  const zone = name === undefined ? floating : zones(name)
  if (zone === null) throw new EventError(`its time zone ${name} is not known`)
  return { local, zone, isDay: !time }
}

/** Returns the local time in another zone at the instant of a time. */
const timeIn = (time: CalendarTime, zone: TimeZoneOrOffsetFunction): LocalMs =>
  time.zone === zone ? time.local : convertInstantToLocal(instantOfTime(time), zone)

/**
 * Parses a DURATION such as `PT4H` or `P1D` to milliseconds (RFC 5545 section 3.3.6).
 * @throws EventError
 */
function readCalendarDuration(value: string): number {
  const [text, sign, weeks, days, hours, minutes, seconds] =
    /^([+-])?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(value.trim()) ?? []
  if (text === undefined || /P$|T$/.test(text)) throw new EventError(`"${value.slice(0, 40)}" is no duration`)
  const of = (number: string | undefined) => Number(number ?? 0)
  const ms =
    (of(weeks) * 7 + of(days)) * MS_PER_DAY + of(hours) * 3_600_000 + of(minutes) * 60_000 + of(seconds) * 1_000
  return sign === '-' ? -ms : ms
}
