import { localAt, parseLocal } from '#lib/contract/recurrence/local-time.ts'

/** What the clocks of a zone show. */
function civil(at: number, zone: string): { date: string; time: string } {
  const local = new Date(localAt(at, zone)).toISOString()
  return { date: local.slice(0, 10), time: local.slice(11, 19) }
}

/** `UTC`, or the zone's offset at that instant, `UTC+5:30`: the same text in every browser and on the server. */
export function zoneLabel(at: number, zone: string): string {
  if (zone === 'UTC') return 'UTC'
  const minutes = Math.round((localAt(at, zone) - at) / 60_000)
  if (minutes === 0) return 'UTC+0'
  const size = Math.abs(minutes)
  const rest = size % 60
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(size / 60)}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`
}

/** `03:12:05`, with its date in front unless it lies on the same civil day as `today`. */
export function formatMoment(at: number, zone: string, today: number | null): string {
  const moment = civil(at, zone)
  if (today !== null && civil(today, zone).date === moment.date) return moment.time
  return `${moment.date} ${moment.time}`
}

/**
 * Two moments that are read together: the second has no date where it is the first one's, and both have theirs where they lie on
 * different days.
 */
export function formatBetween(
  earliest: number,
  latest: number,
  zone: string,
  today: number | null,
): { from: string; to: string } {
  const isOneDay = civil(earliest, zone).date === civil(latest, zone).date
  return isOneDay
    ? { from: formatMoment(earliest, zone, today), to: formatMoment(latest, zone, earliest) }
    : { from: formatMoment(earliest, zone, null), to: formatMoment(latest, zone, null) }
}

/** Date, time and zone: what goes into a ticket. */
export function formatInstant(at: number, zone: string): string {
  const { date, time } = civil(at, zone)
  return `${date} ${time} ${zoneLabel(at, zone)}`
}

/** The wall clock of this zone at this instant, `2026-11-20T03:12:05`. */
export function toInputValue(at: number, zone: string): string {
  const { date, time } = civil(at, zone)
  return `${date}T${time}`
}

/** Reads `2026-11-20 03:12`, with seconds or without, with `T` or a space, as a wall clock in this zone; null if no day has that time. */
export function fromInputValue(value: string, zone: string): number | null {
  const local = hasTime(value) ? parseLocal(value) : null
  if (local === null) return null
  // the offset at the guessed instant may differ from the one at the true instant: two steps settle it
  let at = local
  for (let step = 0; step < 2; step++) at = local - (localAt(at, zone) - at)
  return at
}

const hasTime = (value: string) => value.includes(':')
