import {
  convertLocalToInstant as instantOfLocal,
  convertInstantToLocal,
  toLocalMidnight,
} from '#lib/contract/time/local-time.ts'
import { MS_PER_DAY, MS_PER_HOUR, formatIso } from '#lib/contract/time/time.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import { type PageTimeParameters, parsePageTime } from '../links/page-time.ts'
import { formatInstantBounds, formatTimeRange, formatZoneLabel } from '../format/instant.ts'

/** Lengths of time ranges that end now, as they are written in the URL. */
export const relativeRangeLengths = ['1h', '6h', '24h', '7d', '30d'] as const
export type RelativeLength = (typeof relativeRangeLengths)[number]

const lengthMs: Record<RelativeLength, number> = {
  '1h': MS_PER_HOUR,
  '6h': 6 * MS_PER_HOUR,
  '24h': 24 * MS_PER_HOUR,
  '7d': 168 * MS_PER_HOUR,
  '30d': 720 * MS_PER_HOUR,
}
const spoken: Record<RelativeLength, string> = {
  '1h': 'the last hour',
  '6h': 'the last 6 hours',
  '24h': 'the last 24 hours',
  '7d': 'the last 7 days',
  '30d': 'the last 30 days',
}

/** Time range of a page as URL parameters; if both fields are null, the page uses its default range. */
export interface RangeUrlParameters {
  /** start: a {@link RelativeLength} before now, or an ISO 8601 instant */
  from: string | null
  /** end: an ISO 8601 instant; null = now */
  to: string | null
}

/** URL parameters for the time, which are the same on all pages; if all are null, a page uses its default range. */
interface RangeParameters {
  /** length of a range that ends now, a {@link RelativeLength} */
  range: string | null
  /** start, ISO 8601; URLs of older versions may contain a {@link RelativeLength} */
  from: string | null
  to: string | null
}

export const convertToRangeParameters = ({ from, to }: RangeUrlParameters): RangeParameters =>
  isRelative(from) ? { range: from, from: null, to } : { range: null, from, to }

/** Time range. If it ends now, its start is rounded down to a step, so that query keys do not change every second. */
export interface TimeRange {
  /** start, ISO 8601 */
  from: string
  /** end, ISO 8601; null = now */
  to: string | null
  /** length of a range that ends now and moves with it; null = the range is fixed */
  relative: RelativeLength | null
}

const isRelative = (text: string | null): text is RelativeLength =>
  relativeRangeLengths.some((length) => length === text)

const instantOf = (text: string | null): number | null => {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) ? null : at
}

/**
 * Steps in milliseconds to which the start of a range that ends now is rounded down, by the length of the range. They
 * are too small for users to notice.
 */
const steps: Record<RelativeLength, number> = {
  '1h': 10_000,
  '6h': 60_000,
  '24h': 300_000,
  '7d': 1_800_000,
  '30d': MS_PER_HOUR,
}
export const getRangeStep = (length: RelativeLength): number => steps[length]

/** Length of the default range of a page that does not set another length. */
export const DEFAULT_RANGE_LENGTH: RelativeLength = '6h'

/**
 * Converts parameters to a time range. An invalid parameter counts as absent.
 * @param now epoch milliseconds
 * @param usual default range of the page: a length that ends now, or the ISO 8601 start
 * @param usualEnd end of the default range, ISO 8601; null = now
 */
export function parseTimeRangeParameters(
  { from, to }: RangeUrlParameters,
  usual: string,
  now: number,
  usualEnd: string | null = null,
): TimeRange {
  const isUsual = from === null && instantOf(to) === null && instantOf(usual) !== null
  const end = instantOf(isUsual ? usualEnd : to)
  const begin = instantOf(isUsual ? usual : from)
  if (begin !== null) return { from: formatIso(begin), to: end === null ? null : formatIso(end), relative: null }
  const relative = isRelative(from) ? from : isRelative(usual) ? usual : DEFAULT_RANGE_LENGTH
  if (end !== null) return { from: formatIso(end - lengthMs[relative]), to: formatIso(end), relative: null }
  const step = getRangeStep(relative)
  return { from: formatIso(Math.floor((now - lengthMs[relative]) / step) * step), to: null, relative }
}

/**
 * Returns the time range in a page's URL. If the URL contains a moment (`at`) but neither a start nor an end, the
 * moment is in the middle of the range. In all other cases, see {@link parseTimeRangeParameters}.
 * @param usual default range of the page. It is not used for a range around a moment, whose length is the parameter
 *   `range` or {@link DEFAULT_RANGE_LENGTH}
 */
export function computePageTimeRange(
  address: PageTimeParameters,
  usual: string,
  now: number,
  usualEnd: string | null = null,
): TimeRange {
  const { kind, at } = parsePageTime(address, now)
  const { range, from, to } = address
  if (kind !== 'moment' || at === null || instantOf(from) !== null || instantOf(to) !== null)
    return parseTimeRangeParameters({ from: range ?? from, to }, usual, now, usualEnd)
  const half = lengthMs[isRelative(range) ? range : DEFAULT_RANGE_LENGTH] / 2
  const [moment, end] = [Date.parse(at), Date.parse(at) + half]
  return { from: formatIso(moment - half), to: end >= now ? null : formatIso(end), relative: null }
}

/**
 * Returns URL parameters that fix a range. If the range ended now, the parameters also contain its length. With it, the
 * user can return to a range of the same length that ends now.
 */
export const convertToFixedRange = ({ from, to, relative }: TimeRange, now: number): RangeParameters => ({
  range: relative,
  from: relative === null ? from : null,
  to: to ?? formatIso(now),
})

/**
 * Reports whether a time is within a range with ISO 8601 ends. Returns false if the range has neither a start nor an
 * end.
 * @param at ISO 8601
 */
export function isMomentInRange(at: string | null, { from, to }: RangeUrlParameters): boolean {
  const [moment, begin, end] = [instantOf(at), instantOf(from), instantOf(to)]
  if (moment === null || (begin === null && end === null)) return false
  return (begin === null || begin <= moment) && (end === null || moment <= end)
}

/** Returns the start and the end of a range in epoch milliseconds; an open end becomes `now`. */
export const resolveRangeEdges = ({ from, to }: TimeRange, now: number): [from: number, to: number] => [
  Date.parse(from),
  to === null ? now : Date.parse(to),
]

/**
 * Returns the range shifted by its own length: -1 = earlier, 1 = later, but not beyond now. A range of whole days in
 * the time zone is shifted by that number of days, even if these days have different lengths.
 */
export function shiftTimeRange(range: TimeRange, direction: -1 | 1, now: number, zone: string): RangeUrlParameters {
  const [from, to] = resolveRangeEdges(range, now)
  const days = range.to === null ? 0 : wholeDays(from, to, zone)
  if (days > 0) {
    const moved = (at: number) =>
      instantOfLocal(toLocalMidnight(convertInstantToLocal(at, zone)) + direction * days * MS_PER_DAY, zone)
    if (moved(to) < now) return { from: formatIso(moved(from)), to: formatIso(moved(to)) }
  }
  const length = Math.max(to - from, 1000)
  const end = to + direction * length
  return end >= now
    ? { from: formatIso(now - length), to: null }
    : { from: formatIso(end - length), to: formatIso(end) }
}

/**
 * Returns the number of calendar days of the time zone in a range; 0 if the range does not start and end at the start
 * of a day.
 */
function wholeDays(from: number, to: number, zone: string): number {
  const [first, last] = [from, to].map((at) => toLocalMidnight(convertInstantToLocal(at, zone))) as [number, number]
  return instantOfLocal(first, zone) === from && instantOfLocal(last, zone) === to ? (last - first) / MS_PER_DAY : 0
}

/** Formats a range as `the last 24 hours`, or with both ends and the zone: `2026-11-19 18:00:00 – now UTC`. */
export function formatRangeText(range: TimeRange, zone: string, now: number): string {
  if (range.relative) return spoken[range.relative]
  const [from, to] = resolveRangeEdges(range, now)
  if (range.to !== null) return formatTimeRange(from, to, zone, now)
  return `${formatInstantBounds(from, now, zone, now).from} – now ${formatZoneLabel(now, zone)}`
}

/**
 * Time in ms that a range shows before the start of an incident, so that the user can compare the incident with the
 * state before it.
 */
const BEFORE_INCIDENT_MS = MS_PER_HOUR
/** Maximum age in ms of an incident's start for which a range around the incident is shown. */
const LONGEST_INCIDENT_MS = 48 * MS_PER_HOUR

/**
 * Returns the start of the time range that shows an open incident. The range starts some time before the incident.
 * @param began earliest possible start of the incident, ISO 8601
 * @returns ISO 8601; null if the incident began longer ago than LONGEST_INCIDENT_MS
 */
function aroundIncident(began: string, now: number): string | null {
  const at = Date.parse(began)
  return now - at > LONGEST_INCIDENT_MS ? null : formatIso(Math.floor((at - BEFORE_INCIDENT_MS) / 60_000) * 60_000)
}

/**
 * Returns the start of the time range that shows the first incident in the list which has not recovered and began
 * recently enough, ISO 8601; null if there is none.
 */
export const findIncidentRangeStart = (open: readonly Pick<Incident, 'phase' | 'startedBetween'>[], now: number) =>
  open
    .filter(({ phase }) => phase !== 'recovered')
    .map(({ startedBetween: [began] }) => aroundIncident(began, now))
    .find((from) => from !== null) ?? null

/** Time in milliseconds that a range contains before the first and after the last of the times that it must include. */
const AROUND_MOMENTS_MS = 3 * MS_PER_HOUR

/**
 * Returns a range that includes all moments in a page's URL. Returns null if there are no moments, or if the default
 * range already includes them.
 * @param moments epoch milliseconds
 */
export function findRangeAround(moments: readonly number[], now: number): { from: string; to: string | null } | null {
  const first = Math.min(...moments)
  if (moments.length === 0 || first > now - lengthMs[DEFAULT_RANGE_LENGTH]) return null
  const end = Math.max(...moments) + AROUND_MOMENTS_MS
  return { from: formatIso(first - AROUND_MOMENTS_MS), to: end >= now ? null : formatIso(end) }
}

const WEEK = 7 * MS_PER_DAY

/**
 * Returns the range one week before the given range. If the range ends now, its end is rounded down to five minutes.
 */
export function computeRangeWeekBefore(range: TimeRange, now: number): { from: string; to: string } {
  const [from, to] = resolveRangeEdges(range, Math.floor(now / 300_000) * 300_000)
  return { from: formatIso(from - WEEK), to: formatIso(to - WEEK) }
}

/** Returns the previous calendar day in a time zone. */
export function getYesterdayRange(now: number, zone: string): { from: string; to: string } {
  const today = toLocalMidnight(convertInstantToLocal(now, zone))
  return { from: formatIso(instantOfLocal(today - MS_PER_DAY, zone)), to: formatIso(instantOfLocal(today, zone)) }
}

/** Returns the previous calendar week in a time zone, Monday to Monday (ISO 8601). */
export function getLastWeekRange(now: number, zone: string): { from: string; to: string } {
  const today = toLocalMidnight(convertInstantToLocal(now, zone))
  const monday = today - ((new Date(today).getUTCDay() + 6) % 7) * MS_PER_DAY
  return { from: formatIso(instantOfLocal(monday - 7 * MS_PER_DAY, zone)), to: formatIso(instantOfLocal(monday, zone)) }
}

/** Returns a message if two times do not form a valid range; null if they do. */
export function findTimeRangeFault(from: number | null, to: number | null, now: number): string | null {
  if (from === null) return 'Enter a start time.'
  if (from >= now) return 'The start is in the future.'
  if (to !== null && to <= from) return 'The end is before the start.'
  return null
}
