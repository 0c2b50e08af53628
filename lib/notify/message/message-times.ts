import { formatUtcDay, formatUtcSecond, formatUtcTime, formatUtcWeekday } from '#lib/contract/time/dates.ts'
import { type NotificationDelayBound, formatDuration } from '#lib/contract/index.ts'
import type { TimeBoundsAsIso } from '../content.ts'

const BEGINNING = '1970-01-01T00:00:00.000Z'

/**
 * Formats the earliest and latest possible value of a time to the second, for example `between 2026-11-20 03:12:04 and
 * 03:13:10 UTC`.
 */
export function formatBounds([from, to]: TimeBoundsAsIso): string {
  if (from === BEGINNING) return `before ${formatUtcSecond(to)}, when monitoring began`
  const [begin, end] = [formatUtcSecond(from), formatUtcSecond(to)]
  if (begin === end) return `at ${end}`
  const isOneDay = formatUtcDay(from) === formatUtcDay(to)
  return `between ${begin.replace(' UTC', '')} and ${isOneDay ? end.slice(11) : end}`
}

/** Formats a time span such as `Thu 2026-11-26 02:00-04:00 UTC`. */
export function formatSpan(from: string, to: string): string {
  const [begin, end] = [formatUtcDay(from), formatUtcDay(to)]
  return `${formatUtcWeekday(from)} ${begin} ${formatUtcTime(from)}-${end === begin ? '' : `${end} `}${formatUtcTime(to)} UTC`
}

/**
 * Formats the maximum delays of an incident: `detected at most 1 min 02 s after it began, notified at most 20 s later`.
 */
export function formatDelay({ detectedWithinSeconds, notifiedWithinSeconds }: NotificationDelayBound): string {
  const [detected, notified] = [detectedWithinSeconds, notifiedWithinSeconds].map((seconds) =>
    formatDuration(seconds * 1_000, 'ceil'),
  )
  return `detected at most ${detected} after it began, notified at most ${notified} later`
}
