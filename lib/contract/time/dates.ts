import type { EpochMs } from './time.ts'

/**
 * Formats an instant in UTC in the only form that texts use: `2026-12-01 20:37:05`. Only screens use other time zones
 * (`components/format/instant.ts`).
 */
const formatUtc = (at: EpochMs | string): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ')

/** Formats the day of an instant in UTC: `2026-12-01`. */
export const formatUtcDay = (at: EpochMs | string): string => formatUtc(at).slice(0, 10)

/** Formats the time of day of an instant in UTC: `20:37`. */
export const formatUtcTime = (at: EpochMs | string): string => formatUtc(at).slice(11, 16)

/** Formats an instant in UTC without seconds: `2026-12-01 20:37 UTC`. */
export const formatUtcMinute = (at: EpochMs | string): string => `${formatUtc(at).slice(0, 16)} UTC`

/** Formats an instant in UTC without seconds: `20:37 UTC`, with the date if the day (UTC) is not that of `now`. */
export const formatUtcMinuteOfDay = (at: EpochMs | string, now: EpochMs): string =>
  formatUtcDay(at) === formatUtcDay(now) ? `${formatUtcTime(at)} UTC` : formatUtcMinute(at)

/** Formats an instant in UTC: `2026-12-01 20:37:05 UTC`. */
export const formatUtcSecond = (at: EpochMs | string): string => `${formatUtc(at)} UTC`

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** Formats the weekday of an instant in UTC: `Tue`. */
export const formatUtcWeekday = (at: EpochMs | string): string => WEEKDAYS[new Date(at).getUTCDay()] ?? ''
