import { type DelayBound, formatDuration } from '#lib/contract/index.ts'
import type { IsoBounds } from '../content.ts'

/** Formats a time in UTC, for example `2026-11-20 03:12:04`. */
const moment = (iso: string) => iso.slice(0, 19).replace('T', ' ')
const BEGINNING = '1970-01-01T00:00:00.000Z'

/**
 * Formats the earliest and latest possible value of a time to the second, for example `between 2026-11-20 03:12:04 and
 * 03:13:10 UTC`.
 */
export function formatBounds([from, to]: IsoBounds): string {
  if (from === BEGINNING) return `before ${moment(to)} UTC, when monitoring began`
  if (moment(from) === moment(to)) return `at ${moment(to)} UTC`
  const sameDay = from.slice(0, 10) === to.slice(0, 10)
  return `between ${moment(from)} and ${sameDay ? moment(to).slice(11) : moment(to)} UTC`
}

/** Formats a time span such as `Thu 2026-11-26 02:00-04:00 UTC`. */
export function formatSpan(from: string, to: string): string {
  const end = to.slice(0, 10) === from.slice(0, 10) ? to.slice(11, 16) : `${to.slice(0, 10)} ${to.slice(11, 16)}`
  return `${DAYS[new Date(from).getUTCDay()]} ${from.slice(0, 10)} ${from.slice(11, 16)}-${end} UTC`
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

export const formatMailMoment = (iso: string) => `${moment(iso)} UTC`

/**
 * Formats the maximum delays of an incident: `detected at most 1 min 02 s after it began, notified at most 20 s later`.
 */
export function formatDelay({ detectedWithinSeconds, notifiedWithinSeconds }: DelayBound): string {
  const [detected, notified] = [detectedWithinSeconds, notifiedWithinSeconds].map((seconds) =>
    formatDuration(seconds * 1_000, 'ceil'),
  )
  return `detected at most ${detected} after it began, notified at most ${notified} later`
}
