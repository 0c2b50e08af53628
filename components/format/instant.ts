import { formatUtcSecond, formatUtcWeekday } from '#lib/contract/time/dates.ts'
import { convertInstantToLocal, type TimeZoneOrOffsetFunction } from '#lib/contract/time/local-time.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'

/** Returns the date and time of day of an instant in a time zone. */
function civil(at: number, zone: TimeZoneOrOffsetFunction): { date: string; time: string } {
  const [date = '', time = ''] = formatUtcSecond(convertInstantToLocal(at, zone)).split(' ')
  return { date, time }
}

/**
 * Returns `UTC`, or the offset of a time zone at an instant, `UTC+5:30`. The text is the same in every browser and on
 * the server.
 */
export function formatZoneLabel(at: number, zone: TimeZoneOrOffsetFunction): string {
  if (zone === 'UTC') return 'UTC'
  const minutes = Math.round((convertInstantToLocal(at, zone) - at) / 60_000)
  if (minutes === 0) return 'UTC+0'
  const size = Math.abs(minutes)
  const rest = size % 60
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(size / 60)}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`
}

/**
 * Returns the time zone's offset to UTC at the instant `at` if it differs from the offset at the instant `other`;
 * otherwise null.
 */
export function findDifferentOffset(at: number, other: number, zone: string): string | null {
  const own = formatZoneLabel(at, zone)
  return own === formatZoneLabel(other, zone) ? null : own
}

/**
 * Formats an instant as `03:12:05`. The date precedes it, unless the instant is on the same day as `today` in the time
 * zone.
 */
export function formatMoment(at: number, zone: string, today: number | null): string {
  const moment = civil(at, zone)
  if (today !== null && civil(today, zone).date === moment.date) return moment.time
  return `${moment.date} ${moment.time}`
}

/** Formats an instant like {@link formatMoment}, but without seconds. */
export const formatMinute = (at: number, zone: string, today: number | null): string =>
  formatMoment(at, zone, today).replace(/:\d\d$/, '')

/** Formats the start of a long state, with its weekday and zone: `Fri 2026-11-27 08:10 UTC`. */
export const formatDatedMinute = (at: number, zone: string): string =>
  `${formatUtcWeekday(convertInstantToLocal(at, zone))} ${formatMinute(at, zone, null)} ${formatZoneLabel(at, zone)}`

/** Formats the date of an instant in a time zone: `2026-12-01`. */
export const formatDate = (at: number, zone: TimeZoneOrOffsetFunction): string => civil(at, zone).date

/** Formats the day of an instant: `today`, or its date in the time zone. */
export function formatDayName(at: number, zone: string, today: number): string {
  const date = formatDate(at, zone)
  return date === formatDate(today, zone) ? 'today' : date
}

/**
 * Formats a planned instant without seconds: `20:37` on the day of `now`, `Tue 20:37` on another of the next 6 days,
 * otherwise with its date.
 */
export function formatPlannedTime(at: number, zone: string, now: number): string {
  const isNear = at - now > 0 && at - now < 6 * MS_PER_DAY && formatDate(at, zone) !== formatDate(now, zone)
  if (!isNear) return formatMinute(at, zone, now)
  return `${formatUtcWeekday(convertInstantToLocal(at, zone))} ${formatMinute(at, zone, at)}`
}

/**
 * Formats a planned time range without seconds, with the zone: `Tue 20:37 – 22:00 UTC`.
 * @param today current time, epoch milliseconds; null = the start has its date
 */
export function formatPlannedRange(from: number, to: number, zone: string, today: number | null): string {
  const own = findDifferentOffset(from, to, zone)
  const begin = today === null ? formatMinute(from, zone, null) : formatPlannedTime(from, zone, today)
  return `${begin}${own === null ? '' : ` ${own}`} – ${formatMinute(to, zone, from)} ${formatZoneLabel(to, zone)}`
}

/**
 * Formats two instants that are shown as a range. If both are on the same day, the second has no date; otherwise both
 * have dates. If daylight saving time begins or ends between them, the first has its offset to UTC. The caller adds the
 * offset of the second.
 */
export function formatInstantBounds(
  earliest: number,
  latest: number,
  zone: string,
  today: number | null,
): { from: string; to: string } {
  const isOneDay = civil(earliest, zone).date === civil(latest, zone).date
  const own = findDifferentOffset(earliest, latest, zone)
  const offset = own === null ? '' : ` ${own}`
  return isOneDay
    ? { from: `${formatMoment(earliest, zone, today)}${offset}`, to: formatMoment(latest, zone, earliest) }
    : { from: `${formatMoment(earliest, zone, null)}${offset}`, to: formatMoment(latest, zone, null) }
}

/**
 * Formats a time range: `03:12:05 – 03:15:00 UTC`. If daylight saving time begins or ends in the range, both ends have
 * their offset to UTC.
 */
export function formatTimeRange(from: number, to: number, zone: string, today: number | null): string {
  const words = formatInstantBounds(from, to, zone, today)
  return `${words.from} – ${words.to} ${formatZoneLabel(to, zone)}`
}

/** Formats an instant with its date, time of day and time zone, for example for a ticket. */
export function formatInstant(at: number, zone: string): string {
  const { date, time } = civil(at, zone)
  return `${date} ${time} ${formatZoneLabel(at, zone)}`
}

/** Returns the local time of a time zone at an instant: `2026-11-20T03:12:05`. */
export function formatWallClock(at: number, zone: TimeZoneOrOffsetFunction): string {
  const { date, time } = civil(at, zone)
  return `${date}T${time}`
}
