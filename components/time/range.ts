import { instantOf as instantOfLocal, localAt, startOfDay } from '#lib/contract/time/local-time.ts'
import { DAY, HOUR, iso } from '#lib/contract/time/time.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import { type ClockAddress, readClock } from '../links/clock.ts'
import { formatBetween, formatRange, zoneLabel } from '../format/instant.ts'

/** Lengths of time that end now, spelled as in the address. */
export const relativeLengths = ['1h', '6h', '24h', '7d', '30d'] as const
export type RelativeLength = (typeof relativeLengths)[number]

const lengthMs: Record<RelativeLength, number> = {
  '1h': HOUR,
  '6h': 6 * HOUR,
  '24h': 24 * HOUR,
  '7d': 168 * HOUR,
  '30d': 720 * HOUR,
}
const spoken: Record<RelativeLength, string> = {
  '1h': 'the last hour',
  '6h': 'the last 6 hours',
  '24h': 'the last 24 hours',
  '7d': 'the last 7 days',
  '30d': 'the last 30 days',
}

/** Time parameters of a page: both null = the page's default. */
export interface RangeAddress {
  /** a {@link RelativeLength}, or an ISO 8601 instant */
  from: string | null
  /** an ISO 8601 instant; null = now */
  to: string | null
}

/** Time parameters in a page's address, the same on all pages; all null = the page's default. */
interface RangeParameters {
  /** a {@link RelativeLength} */
  range: string | null
  /** ISO 8601; in older addresses also a {@link RelativeLength} */
  from: string | null
  to: string | null
}

export const addressedRange = ({ from, to }: RangeAddress): RangeParameters =>
  isRelative(from) ? { range: from, from: null, to } : { range: null, from, to }

/** A time range. Its `from` moves in steps, so that the query key does not change every second. */
export interface TimeRange {
  /** ISO 8601 */
  from: string
  /** ISO 8601; null = now */
  to: string | null
  /** set if the range ends now and moves with it */
  relative: RelativeLength | null
}

const isRelative = (text: string | null): text is RelativeLength => relativeLengths.some((length) => length === text)

const instantOf = (text: string | null): number | null => {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) ? null : at
}

/** Step of the start of a moving range: too small to notice. */
const steps: Record<RelativeLength, number> = {
  '1h': 10_000,
  '6h': 60_000,
  '24h': 300_000,
  '7d': 1_800_000,
  '30d': HOUR,
}
export const stepOf = (length: RelativeLength): number => steps[length]

/** The length of what has no other default. */
export const USUAL_LENGTH: RelativeLength = '6h'

/**
 * Parses an address into a time range. Invalid parameters are ignored.
 * @param now epoch milliseconds
 * @param usual the page's default: a length that ends now, or the ISO 8601 instant from which on it shows
 * @param usualEnd ISO 8601; null = now
 */
export function resolveRange(
  { from, to }: RangeAddress,
  usual: string,
  now: number,
  usualEnd: string | null = null,
): TimeRange {
  const isUsual = from === null && instantOf(to) === null && instantOf(usual) !== null
  const end = instantOf(isUsual ? usualEnd : to)
  const begin = instantOf(isUsual ? usual : from)
  if (begin !== null) return { from: iso(begin), to: end === null ? null : iso(end), relative: null }
  const relative = isRelative(from) ? from : isRelative(usual) ? usual : USUAL_LENGTH
  if (end !== null) return { from: iso(end - lengthMs[relative]), to: iso(end), relative: null }
  const step = stepOf(relative)
  return { from: iso(Math.floor((now - lengthMs[relative]) / step) * step), to: null, relative }
}

/**
 * The range of a page's address: around its moment, where it has one and no start of its own, else as {@link resolveRange} reads it.
 * @param usual the length around a moment is {@link USUAL_LENGTH}, whatever is usual
 */
export function clockRange(
  address: ClockAddress,
  usual: string,
  now: number,
  usualEnd: string | null = null,
): TimeRange {
  const { kind, at } = readClock(address, now)
  const { range, from, to } = address
  if (kind !== 'moment' || at === null || instantOf(from) !== null || instantOf(to) !== null)
    return resolveRange({ from: range ?? from, to }, usual, now, usualEnd)
  const half = lengthMs[isRelative(range) ? range : USUAL_LENGTH] / 2
  const [moment, end] = [Date.parse(at), Date.parse(at) + half]
  return { from: iso(moment - half), to: end >= now ? null : iso(end), relative: null }
}

/** The address of a range that no longer moves; one that ended now keeps its length, for when the clock is back at now. */
export const standingRange = ({ from, to, relative }: TimeRange, now: number): RangeParameters => ({
  range: relative,
  from: relative === null ? from : null,
  to: to ?? iso(now),
})

/** Whether a moment lies in an absolute range. @param at ISO 8601 */
export function holdsMoment(at: string | null, { from, to }: RangeAddress): boolean {
  const [moment, begin, end] = [instantOf(at), instantOf(from), instantOf(to)]
  if (moment === null || (begin === null && end === null)) return false
  return (begin === null || begin <= moment) && (end === null || moment <= end)
}

/** Start and end in epoch milliseconds; an open end is now. */
export const edgesOf = ({ from, to }: TimeRange, now: number): [from: number, to: number] => [
  Date.parse(from),
  to === null ? now : Date.parse(to),
]

/** The range shifted by its own length: -1 earlier, 1 later, at most to now. Whole days of the zone become as many others, whatever their length. */
export function shifted(range: TimeRange, direction: -1 | 1, now: number, zone: string): RangeAddress {
  const [from, to] = edgesOf(range, now)
  const days = range.to === null ? 0 : wholeDays(from, to, zone)
  if (days > 0) {
    const moved = (at: number) => instantOfLocal(startOfDay(localAt(at, zone)) + direction * days * DAY, zone)
    if (moved(to) < now) return { from: iso(moved(from)), to: iso(moved(to)) }
  }
  const length = Math.max(to - from, 1000)
  const end = to + direction * length
  return end >= now ? { from: iso(now - length), to: null } : { from: iso(end - length), to: iso(end) }
}

/** How many days of the zone's calendar a range has; 0 = an end is not where one begins. */
function wholeDays(from: number, to: number, zone: string): number {
  const [first, last] = [from, to].map((at) => startOfDay(localAt(at, zone))) as [number, number]
  return instantOfLocal(first, zone) === from && instantOfLocal(last, zone) === to ? (last - first) / DAY : 0
}

/** `the last 24 hours`, or both ends with their zone: `2026-11-19 18:00:00 – now UTC`. */
export function formatRangeText(range: TimeRange, zone: string, now: number): string {
  if (range.relative) return spoken[range.relative]
  const [from, to] = edgesOf(range, now)
  if (range.to !== null) return formatRange(from, to, zone, now)
  return `${formatBetween(from, now, zone, now).from} – now ${zoneLabel(now, zone)}`
}

/** What is shown before an incident, so that it stands against what was usual. */
const BEFORE_INCIDENT_MS = HOUR
/** An incident that has lasted longer is no reason to show all of it. */
const LONGEST_INCIDENT_MS = 48 * HOUR

/**
 * The start of the range around an open incident.
 * @param began the earliest instant at which it can have begun, ISO 8601
 * @returns ISO 8601; null where it began so long ago that its beginning says little about now
 */
function aroundIncident(began: string, now: number): string | null {
  const at = Date.parse(began)
  return now - at > LONGEST_INCIDENT_MS ? null : iso(Math.floor((at - BEFORE_INCIDENT_MS) / 60_000) * 60_000)
}

/** The same of the open incidents of a resource: around the first that goes on. */
export const rangeOfIncidents = (open: readonly Pick<Incident, 'phase' | 'startedBetween'>[], now: number) =>
  open
    .filter(({ phase }) => phase !== 'recovered')
    .map(({ startedBetween: [began] }) => aroundIncident(began, now))
    .find((from) => from !== null) ?? null

/** What is shown on either side of a moment that is asked for. */
const AROUND_MOMENTS_MS = 3 * HOUR

/**
 * The range around moments that a page is about; null where the last hours show them anyway.
 * @param moments epoch milliseconds
 */
export function aroundMoments(moments: readonly number[], now: number): { from: string; to: string | null } | null {
  const first = Math.min(...moments)
  if (moments.length === 0 || first > now - lengthMs[USUAL_LENGTH]) return null
  const end = Math.max(...moments) + AROUND_MOMENTS_MS
  return { from: iso(first - AROUND_MOMENTS_MS), to: end >= now ? null : iso(end) }
}

const WEEK = 7 * DAY

/** The same range one week earlier. Its end moves in steps of five minutes. */
export function rangeWeekBefore(range: TimeRange, now: number): { from: string; to: string } {
  const [from, to] = edgesOf(range, Math.floor(now / 300_000) * 300_000)
  return { from: iso(from - WEEK), to: iso(to - WEEK) }
}

/** The day before today in this zone. */
export function yesterday(now: number, zone: string): { from: string; to: string } {
  const today = startOfDay(localAt(now, zone))
  return { from: iso(instantOfLocal(today - DAY, zone)), to: iso(instantOfLocal(today, zone)) }
}

/** The calendar week before this one in this zone, Monday to Monday (ISO 8601). */
export function lastWeek(now: number, zone: string): { from: string; to: string } {
  const today = startOfDay(localAt(now, zone))
  const monday = today - ((new Date(today).getUTCDay() + 6) % 7) * DAY
  return { from: iso(instantOfLocal(monday - 7 * DAY, zone)), to: iso(instantOfLocal(monday, zone)) }
}

/** Why two times are not a valid range; null if they are. */
export function rangeFault(from: number | null, to: number | null, now: number): string | null {
  if (from === null) return 'Enter a start time.'
  if (from >= now) return 'The start is in the future.'
  if (to !== null && to <= from) return 'The end is before the start.'
  return null
}
