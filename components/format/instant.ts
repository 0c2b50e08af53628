import { localAt, type Zone } from '#lib/contract/time/local-time.ts'

/** What the clocks of a zone show. */
function civil(at: number, zone: Zone): { date: string; time: string } {
  const local = new Date(localAt(at, zone)).toISOString()
  return { date: local.slice(0, 10), time: local.slice(11, 19) }
}

/** `UTC`, or the zone's offset at that instant, `UTC+5:30`: the same text in every browser and on the server. */
export function zoneLabel(at: number, zone: Zone): string {
  if (zone === 'UTC') return 'UTC'
  const minutes = Math.round((localAt(at, zone) - at) / 60_000)
  if (minutes === 0) return 'UTC+0'
  const size = Math.abs(minutes)
  const rest = size % 60
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(size / 60)}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`
}

/** The zone's offset at an instant where it is not the one at another instant; else null. */
export function otherOffset(at: number, other: number, zone: string): string | null {
  const own = zoneLabel(at, zone)
  return own === zoneLabel(other, zone) ? null : own
}

/** `03:12:05`, with its date in front unless it lies on the same civil day as `today`. */
export function formatMoment(at: number, zone: string, today: number | null): string {
  const moment = civil(at, zone)
  if (today !== null && civil(today, zone).date === moment.date) return moment.time
  return `${moment.date} ${moment.time}`
}

/** As {@link formatMoment}, to the minute. */
export const formatMinute = (at: number, zone: string, today: number | null): string =>
  formatMoment(at, zone, today).replace(/:\d\d$/, '')

/**
 * Two moments that are read together: the second has no date where it is the first one's, and both have theirs where they lie on
 * different days. The first has its offset where clocks are changed between them; the second one's is the caller's.
 */
export function formatBetween(
  earliest: number,
  latest: number,
  zone: string,
  today: number | null,
): { from: string; to: string } {
  const isOneDay = civil(earliest, zone).date === civil(latest, zone).date
  const own = otherOffset(earliest, latest, zone)
  const offset = own === null ? '' : ` ${own}`
  return isOneDay
    ? { from: `${formatMoment(earliest, zone, today)}${offset}`, to: formatMoment(latest, zone, earliest) }
    : { from: `${formatMoment(earliest, zone, null)}${offset}`, to: formatMoment(latest, zone, null) }
}

/** `03:12:05 – 03:15:00 UTC`: from one moment to another, with both offsets where clocks are changed between them. */
export function formatRange(from: number, to: number, zone: string, today: number | null): string {
  const words = formatBetween(from, to, zone, today)
  return `${words.from} – ${words.to} ${zoneLabel(to, zone)}`
}

/** Date, time and zone: what goes into a ticket. */
export function formatInstant(at: number, zone: string): string {
  const { date, time } = civil(at, zone)
  return `${date} ${time} ${zoneLabel(at, zone)}`
}

/** The wall clock of this zone at this instant, `2026-11-20T03:12:05`. */
export function wallClock(at: number, zone: Zone): string {
  const { date, time } = civil(at, zone)
  return `${date}T${time}`
}
