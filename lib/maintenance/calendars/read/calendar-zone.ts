import {
  type EpochMs,
  convertInstantToLocal,
  type LocalMs,
  generateOccurrenceStarts,
  parseLocal,
  parseRecurrenceRule,
  type RecurrenceRule,
  type TimeZoneOrOffsetFunction,
} from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { type CalendarComponent, findCalendarLine } from './content-lines.ts'

/**
 * Maximum number of STANDARD and DAYLIGHT components of a zone. Programs export fewer, even for zones with a long
 * history.
 */
const MAX_OBSERVANCES = 300
const MAX_ONSETS = 3_000
/** Maximum number of years before an instant that are searched for the last offset change of a rule. */
const MAX_YEARS = 5
/**
 * Number of offset changes that can be compared in the time that a recurrence rule needs to examine one day. The factor
 * converts such work to the unit of the work limit, which is examined days.
 */
const ONSETS_A_DAY = 30

/**
 * A STANDARD or DAYLIGHT component of a zone. At each of its onsets (changes of the offset), clocks change from
 * `fromMs` to `toMs` ahead of UTC.
 */
interface Observance {
  /** onsets from DTSTART and RDATE, in local time */
  onsets: LocalMs[]
  rule: RecurrenceRule | null
  fromMs: number
  toMs: number
}

interface Onset {
  at: EpochMs
  toMs: number
}

/**
 * Returns the time zone that a VTIMEZONE component describes (RFC 5545 section 3.6.5). The offset at an instant is set
 * by the latest onset (change of the offset) at or before it. The description is valid until TZUNTIL (RFC 7808) or its
 * last onset. After that time, the known zone with the same name determines the offset.
 * @param named the known zone with the same name; null = there is none, so that the last onset remains in force
 * @param spend is called with the amount of work, in days that a rule examines; each evaluation of a rule adds one day
 * @returns null if the description is empty or too long, or if a part of it cannot be read
 */
export function parseCalendarZone(
  description: CalendarComponent,
  named: string | null,
  spend: (days: number) => void,
): TimeZoneOrOffsetFunction | null {
  const { inside } = description
  const parts = inside.filter(({ name }) => name === 'STANDARD' || name === 'DAYLIGHT')
  if (parts.length === 0 || parts.length > MAX_OBSERVANCES) return null
  const observances = parts.map(observanceOf)
  if (!observances.every((one) => one !== null)) return null
  const fixed = observances
    .flatMap(({ onsets, fromMs, toMs }) => onsets.map((local) => ({ at: local - fromMs, fromMs, toMs })))
    .toSorted((a, b) => a.at - b.at)
  if (fixed.length > MAX_ONSETS) return null
  const rules = observances.flatMap((one) => (one.rule ? [lastOnsetOf(one, one.rule, spend)] : []))
  const end = named === null ? null : endOf(description, observances, fixed, spend)
  return {
    offsetAt: (at) => {
      if (named !== null && end !== null && at >= end) return convertInstantToLocal(at, named) - at
      spend(rules.length + fixed.length / ONSETS_A_DAY)
      const latest = rules
        .map((lastOnset) => lastOnset(at))
        .reduce<Onset | undefined>(
          later,
          fixed.findLast((onset) => onset.at <= at),
        )
      return latest?.toMs ?? fixed[0]?.fromMs ?? 0
    },
  }
}

/** Returns the time until which the description of a zone is valid; null = it is valid without an end. */
function endOf(
  description: CalendarComponent,
  observances: readonly Observance[],
  fixed: readonly Onset[],
  spend: (days: number) => void,
): EpochMs | null {
  const until = localOf(findCalendarLine(description, 'TZUNTIL')?.value.trim().replace(/Z$/i, '') ?? '')
  if (until !== null) return until
  const lasts = observances.map((one) => (one.rule ? lastOfRule(one, one.rule, spend) : -Infinity))
  if (lasts.includes(Infinity)) return null
  return Math.max(...lasts, fixed.at(-1)?.at ?? -Infinity)
}

/** Returns the time of the last onset (change of the offset) of a rule; Infinity = the rule does not end. */
function lastOfRule(
  { onsets: [start = 0], fromMs }: Observance,
  rule: RecurrenceRule,
  spend: (days: number) => void,
): EpochMs {
  if (rule.until) return 'at' in rule.until ? rule.until.at : rule.until.local - fromMs
  if (rule.count === null) return Infinity
  const to = start + (rule.count + 1) * MAX_YEAR_MS
  const last = [...generateOccurrenceStarts(rule, start, { from: start, to, spend })].at(-1) ?? start
  return last - fromMs
}

const MAX_YEAR_MS = 366 * MS_PER_DAY

const later = (a: Onset | undefined, b: Onset | undefined) => (!b || (a && a.at >= b.at) ? a : b)

function observanceOf(part: CalendarComponent): Observance | null {
  const [fromMs, toMs] = ['TZOFFSETFROM', 'TZOFFSETTO'].map((name) => offsetOf(findCalendarLine(part, name)?.value))
  const starts = part.lines
    .filter(({ name }) => name === 'DTSTART' || name === 'RDATE')
    .flatMap(({ value }) => value.split(',').map(localOf))
  const stated = findCalendarLine(part, 'RRULE')?.value
  const read = stated === undefined ? null : parseRecurrenceRule(stated)
  const isRead = starts.every((start) => start !== null) && starts.length > 0 && !(read && 'wrong' in read)
  if (!isRead || fromMs === undefined || toMs === undefined || fromMs === null || toMs === null) return null
  return { onsets: starts, rule: read && 'rule' in read ? read.rule : null, fromMs, toMs }
}

/**
 * Returns a function that returns the last onset of a rule at or before an instant. The onsets of each year are cached.
 */
function lastOnsetOf(
  { onsets: [start = 0], fromMs, toMs }: Observance,
  rule: RecurrenceRule,
  spend: (days: number) => void,
): (at: EpochMs) => Onset | undefined {
  const years = new Map<number, LocalMs[]>()
  const startsIn = (year: number): LocalMs[] => {
    const known = years.get(year)
    if (known) return known
    const found = [
      ...generateOccurrenceStarts(rule, start, { from: Date.UTC(year, 0), to: Date.UTC(year + 1, 0) - 1, spend }),
    ]
    years.set(year, found)
    return found
  }
  const { until } = rule
  const last = until === null ? Infinity : 'at' in until ? until.at + fromMs : until.local
  return (at) => {
    const end = Math.min(at + fromMs, last)
    if (end < start) return
    const year = new Date(end).getUTCFullYear()
    for (let back = 0; back < MAX_YEARS; back += 1) {
      const local = startsIn(year - back).findLast((one) => one <= end)
      if (local !== undefined) return { at: local - fromMs, toMs }
    }
  }
}

/** Parses an offset such as `+0530` or `-003045` to milliseconds (RFC 5545 section 3.3.14). */
function offsetOf(text: string | undefined): number | null {
  const [, sign, hours, minutes, seconds = '0'] = /^([+-])(\d{2})([0-5]\d)([0-5]\d)?$/.exec(text?.trim() ?? '') ?? []
  const ms = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000
  // Returns null unless the offset is less than a day.
  return sign === undefined || ms >= MS_PER_DAY ? null : sign === '-' ? -ms : ms
}

function localOf(text: string): LocalMs | null {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})$/.exec(text.trim()) ?? []
  return parseLocal(`${year}-${month}-${day}T${hour}:${minute}:${second}`)
}
