import { instantOf as instantOfLocal, localAt, startOfDay } from '#lib/contract/time/local-time.ts'
import { DAY, HOUR, iso } from '#lib/contract/time/time.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import { type ClockAddress, readClock } from '../links/clock.ts'
import { formatBetween, formatRange, zoneLabel } from '../format/instant.ts'

/** Lengths of time ranges that end now, spelled as in the URL. */
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

/** Time range parameters of a page; both null = the page's default. */
export interface RangeAddress {
  /** a {@link RelativeLength}, or an ISO 8601 instant */
  from: string | null
  /** an ISO 8601 instant; null = now */
  to: string | null
}

/** Time parameters in a page's URL, the same on all pages; all null = the page's default. */
interface RangeParameters {
  /** a {@link RelativeLength} */
  range: string | null
  /** ISO 8601; in old URLs also a {@link RelativeLength} */
  from: string | null
  to: string | null
}

export const addressedRange = ({ from, to }: RangeAddress): RangeParameters =>
  isRelative(from) ? { range: from, from: null, to } : { range: null, from, to }

/** Time range. Its `from` moves in steps, so that the query key does not change every second. */
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

/** Steps in ms by which the start of a moving range advances, too small to notice. */
const steps: Record<RelativeLength, number> = {
  '1h': 10_000,
  '6h': 60_000,
  '24h': 300_000,
  '7d': 1_800_000,
  '30d': HOUR,
}
export const stepOf = (length: RelativeLength): number => steps[length]

/** Default length if a page sets no other. */
export const USUAL_LENGTH: RelativeLength = '6h'

/**
 * Resolves parameters to a time range. Invalid parameters are ignored.
 * @param now epoch milliseconds
 * @param usual default of the page: a length that ends now, or the ISO 8601 start of the range
 * @param usualEnd end of the default, ISO 8601; null = now
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
 * Returns the range of a page's URL. If the URL has a time but no start or end, the range surrounds that time;
 * otherwise see {@link resolveRange}.
 * @param usual default of the page; not used around a time, where the length is `range` or {@link USUAL_LENGTH}
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

/**
 * Returns the parameters of a fixed range. A range that ended now also keeps its length, for the return to the current
 * time.
 */
export const pinRange = ({ from, to, relative }: TimeRange, now: number): RangeParameters => ({
  range: relative,
  from: relative === null ? from : null,
  to: to ?? iso(now),
})

/**
 * Reports whether a time is within an absolute range.
 * @param at ISO 8601
 */
export function isMomentInRange(at: string | null, { from, to }: RangeAddress): boolean {
  const [moment, begin, end] = [instantOf(at), instantOf(from), instantOf(to)]
  if (moment === null || (begin === null && end === null)) return false
  return (begin === null || begin <= moment) && (end === null || moment <= end)
}

/** Returns start and end in epoch milliseconds; an open end is now. */
export const resolveEdges = ({ from, to }: TimeRange, now: number): [from: number, to: number] => [
  Date.parse(from),
  to === null ? now : Date.parse(to),
]

/**
 * Returns the range shifted by its own length, -1 = earlier, 1 = later, at most to now. A range of whole days in the
 * zone is shifted by the same number of days, even if their lengths differ.
 */
export function shiftRange(range: TimeRange, direction: -1 | 1, now: number, zone: string): RangeAddress {
  const [from, to] = resolveEdges(range, now)
  const days = range.to === null ? 0 : wholeDays(from, to, zone)
  if (days > 0) {
    const moved = (at: number) => instantOfLocal(startOfDay(localAt(at, zone)) + direction * days * DAY, zone)
    if (moved(to) < now) return { from: iso(moved(from)), to: iso(moved(to)) }
  }
  const length = Math.max(to - from, 1000)
  const end = to + direction * length
  return end >= now ? { from: iso(now - length), to: null } : { from: iso(end - length), to: iso(end) }
}

/**
 * Returns the number of calendar days of the zone in a range; 0 if the range does not start and end at a day boundary.
 */
function wholeDays(from: number, to: number, zone: string): number {
  const [first, last] = [from, to].map((at) => startOfDay(localAt(at, zone))) as [number, number]
  return instantOfLocal(first, zone) === from && instantOfLocal(last, zone) === to ? (last - first) / DAY : 0
}

/** Formats a range as `the last 24 hours`, or with both ends and the zone: `2026-11-19 18:00:00 – now UTC`. */
export function formatRangeText(range: TimeRange, zone: string, now: number): string {
  if (range.relative) return spoken[range.relative]
  const [from, to] = resolveEdges(range, now)
  if (range.to !== null) return formatRange(from, to, zone, now)
  return `${formatBetween(from, now, zone, now).from} – now ${zoneLabel(now, zone)}`
}

/** Time shown before an incident, to compare with the usual state. */
const BEFORE_INCIDENT_MS = HOUR
/** Maximum age of an incident to be shown from its start. */
const LONGEST_INCIDENT_MS = 48 * HOUR

/**
 * Returns the start of the time range that shows an open incident, which is some time before the incident began.
 * @param began earliest possible start of the incident, ISO 8601
 * @returns ISO 8601; null if the incident began longer ago than LONGEST_INCIDENT_MS
 */
function aroundIncident(began: string, now: number): string | null {
  const at = Date.parse(began)
  return now - at > LONGEST_INCIDENT_MS ? null : iso(Math.floor((at - BEFORE_INCIDENT_MS) / 60_000) * 60_000)
}

/**
 * Returns the start of the range around the first ongoing incident that is recent enough, ISO 8601; null if no incident
 * qualifies.
 */
export const rangeOfIncidents = (open: readonly Pick<Incident, 'phase' | 'startedBetween'>[], now: number) =>
  open
    .filter(({ phase }) => phase !== 'recovered')
    .map(({ startedBetween: [began] }) => aroundIncident(began, now))
    .find((from) => from !== null) ?? null

/** Time shown before the first and after the last time of interest. */
const AROUND_MOMENTS_MS = 3 * HOUR

/**
 * Returns the range around the times that a page is about; null if the default range shows them anyway.
 * @param moments epoch milliseconds
 */
export function aroundMoments(moments: readonly number[], now: number): { from: string; to: string | null } | null {
  const first = Math.min(...moments)
  if (moments.length === 0 || first > now - lengthMs[USUAL_LENGTH]) return null
  const end = Math.max(...moments) + AROUND_MOMENTS_MS
  return { from: iso(first - AROUND_MOMENTS_MS), to: end >= now ? null : iso(end) }
}

const WEEK = 7 * DAY

/** Returns the same range one week earlier. Its end moves in steps of five minutes. */
export function rangeWeekBefore(range: TimeRange, now: number): { from: string; to: string } {
  const [from, to] = resolveEdges(range, Math.floor(now / 300_000) * 300_000)
  return { from: iso(from - WEEK), to: iso(to - WEEK) }
}

/** Returns the previous day in this zone. */
export function yesterday(now: number, zone: string): { from: string; to: string } {
  const today = startOfDay(localAt(now, zone))
  return { from: iso(instantOfLocal(today - DAY, zone)), to: iso(instantOfLocal(today, zone)) }
}

/** Returns the previous calendar week in this zone, Monday to Monday (ISO 8601). */
export function lastWeek(now: number, zone: string): { from: string; to: string } {
  const today = startOfDay(localAt(now, zone))
  const monday = today - ((new Date(today).getUTCDay() + 6) % 7) * DAY
  return { from: iso(instantOfLocal(monday - 7 * DAY, zone)), to: iso(instantOfLocal(monday, zone)) }
}

/** Explains why two times are not a valid range; null if they are valid. */
export function rangeFault(from: number | null, to: number | null, now: number): string | null {
  if (from === null) return 'Enter a start time.'
  if (from >= now) return 'The start is in the future.'
  if (to !== null && to <= from) return 'The end is before the start.'
  return null
}
