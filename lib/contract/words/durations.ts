/**
 * Method of rounding a duration to its smallest displayed unit. Lower bounds need `floor` and upper bounds `ceil`, so
 * that the displayed bounds are never tighter than the real ones.
 */
export type DurationRounding = 'floor' | 'ceil' | 'round'

const pad = (value: number) => String(value).padStart(2, '0')

/**
 * Formats a duration with its two largest units: `58 s`, `2 min 02 s`, `3 h 14 min`, `12 d 03 h`; from 100 days on only
 * with days.
 * @param ms milliseconds; negative values count as zero
 */
export function formatDuration(ms: number, rounding: DurationRounding = 'floor'): string {
  const seconds = Math[rounding](Math.max(0, ms) / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`
  const minutes = Math[rounding](seconds / 60)
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`
  const hours = Math[rounding](seconds / 3600)
  if (hours < 24 * 100) return `${Math.floor(hours / 24)} d ${pad(hours % 24)} h`
  return `${Math[rounding](hours / 24)} d`
}

/** Formats a duration as {@link formatDuration} does, but omits the seconds between 10 and 60 minutes: `12 min`. */
export const formatBriefDuration = (ms: number): string =>
  ms >= 600_000 && ms < 3_600_000 ? `${Math.floor(ms / 60_000)} min` : formatDuration(ms)

/** Formats a configured interval as an operator would write it: `500 ms`, `60 s`, `5 min`. */
export function formatConfiguredInterval(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 120) return `${Number(seconds.toFixed(1))} s`
  if (seconds % 60 === 0 && seconds < 7200) return `${seconds / 60} min`
  return formatDuration(seconds * 1000, 'round')
}

/**
 * Formats the bounds of a duration for a sentence:
 * - `at least 58 s, at most 2 min 02 s`
 * - `at most 42 s` if the lower bound is below one second
 * - `58 s` if both bounds have the same text
 * @param maxMs null = no upper bound, for example `at least 58 s`
 */
export function formatDurationBounds(minMs: number, maxMs: number | null): string {
  const least = formatDuration(minMs, 'floor')
  if (maxMs === null) return `at least ${least}`
  const most = formatDuration(maxMs, 'ceil')
  if (least === most) return least
  if (minMs < 1000) return `at most ${most}`
  return `at least ${least}, at most ${most}`
}

/**
 * Formats bounds of a duration for a table cell: `19 min 58 s – 22 min 01 s`, `≤ 43 s`, `≥ 1 min 03 s`.
 * @param maxMs null = no upper bound
 */
export function formatDurationRange(minMs: number, maxMs: number | null): string {
  const [least, most] = [formatDuration(minMs), maxMs === null ? null : formatDuration(maxMs, 'ceil')]
  if (most === null) return `≥ ${least}`
  if (least === most) return least
  return minMs < 1_000 ? `≤ ${most}` : `${least} – ${most}`
}

/** Returns text such as `flapping: 4 outages in 1 h 30 min`. */
export const formatFlappingDuration = ({ outages, seconds }: { outages: number; seconds: number }): string =>
  `flapping: ${outages} outages in ${formatBriefDuration(seconds * 1_000)}`
