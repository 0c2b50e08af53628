/** Parses durations and moments as a scenario file contains them, and formats elapsed times as Azure prints them. */

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g

/**
 * Parses `"90s"`, `"1h30m"`, `"250ms"`, `"12d4h"`.
 * @returns milliseconds, or null if the text is not a duration
 */
export function parseDuration(text: string): number | null {
  if (!DURATION.test(text)) return null
  let total = 0
  for (const [, amount, unit] of text.matchAll(PART)) total += Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN)
  return Math.round(total)
}

/**
 * Parses a moment: ISO 8601 with a zone, or a signed duration from the origin of the timeline (`"+30s"`, `"-12d4h"`).
 * @returns epoch milliseconds, or null if the text is neither
 */
export function parseScenarioTime(text: string, origin: number): number | null {
  const sign = text[0]
  if (sign === '+' || sign === '-') {
    const span = parseDuration(text.slice(1))
    return span === null ? null : origin + (sign === '-' ? -span : span)
  }
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(text)) return null
  const value = Date.parse(text)
  return Number.isNaN(value) ? null : value
}

export const formatIsoTimestamp = (at: number): string => new Date(at).toISOString()

const two = (n: number): string => String(n).padStart(2, '0')

/**
 * Formats an elapsed time as .NET's TimeSpan does: `[d.]hh:mm:ss[.fffffff]`, with seven digits, or without a fraction
 * if it is zero.
 * @param ms elapsed milliseconds, not negative
 * @param ticks the part below a millisecond, in 100 ns (0 to 9999)
 */
export function timeSpan(ms: number, ticks = 0): string {
  const whole = Math.floor(ms / 1000)
  const days = Math.floor(whole / 86_400)
  const clock = `${two(Math.floor(whole / 3600) % 24)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
  const fraction = Math.floor(ms % 1000) * 10_000 + ticks
  return `${days > 0 ? `${days}.` : ''}${clock}${fraction > 0 ? `.${String(fraction).padStart(7, '0')}` : ''}`
}

/**
 * Format in which an edge router prints the age of a session. Both `units` and `clock` occur in one recording of the
 * service.
 */
export type UpDownForm = 'units' | 'clock' | 'cisco'

/**
 * Formats an elapsed time as a route table summary does, truncated. Below a day it is `9m17s` and `2h39m` (units),
 * `7:16` and `1:20:25` (clock), or `00:07:16` (cisco); above it is `1d13h`, `8w4d`, `1y2w`. Cisco pads the hours.
 */
export function printedUpDown(ms: number, form: UpDownForm): string {
  const seconds = Math.floor(ms / 1000)
  if (form === 'cisco' || seconds >= 7 * 86_400) return ciscoUpDown(seconds)
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ]
  if (days > 0) return `${days}d${hours}h`
  const rest = seconds % 60
  if (form === 'clock') return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
  return hours > 0 ? `${hours}h${minutes}m` : `${minutes}m${rest}s`
}

function ciscoUpDown(seconds: number): string {
  if (seconds < 86_400)
    return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  const hours = Math.floor(seconds / 3600)
  const days = Math.floor(hours / 24)
  if (days < 7) return `${days}d${two(hours % 24)}h`
  if (days < 365) return `${Math.floor(days / 7)}w${days % 7}d`
  return `${Math.floor(days / 365)}y${Math.floor((days % 365) / 7)}w`
}
