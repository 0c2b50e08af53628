import type { TimestampBounds, EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'

/**
 * Maximum time until a forecast date (ten years). Later dates are not returned, because the limit may have changed by
 * then.
 */
const FARTHEST_MS = 3_650 * MS_PER_DAY

/** The largest number of prefixes of a session on a UTC day. */
export interface DailyMaximum {
  /** begin of the UTC day */
  day: EpochMs
  count: number
}

/**
 * Returns the bounds of the date on which a growing number of prefixes will reach its limit. The forecast starts at the
 * last day. It uses the lower and the upper quartile of the slopes (prefixes per day) between all pairs of days,
 * because a single outlier does not move a quartile (Theil-Sen method).
 * @param least minimum number of days for a trend
 * @returns the last day, if the limit is already reached; null if the number does not grow, if too few days are known,
 *   or if the date is more than ten years away
 */
export function forecastLimitReached(
  days: readonly DailyMaximum[],
  limit: number,
  least: number,
): TimestampBounds | null {
  const ordered = days.toSorted((a, b) => a.day - b.day)
  const last = ordered.at(-1)
  if (!last || ordered.length < least) return null
  const slopes = slopesOf(ordered)
  const [slow, fast] = [quantile(slopes, 0.25), quantile(slopes, 0.75)]
  if (slow <= 0) return null
  const left = Math.max(0, limit - last.count)
  const reached = (slope: number) => last.day + Math.round((left / slope) * MS_PER_DAY)
  const bounds = { earliest: reached(fast), latest: reached(slow) }
  return bounds.latest - last.day > FARTHEST_MS ? null : bounds
}

function slopesOf(days: readonly DailyMaximum[]): number[] {
  return days
    .flatMap((a, i) => days.slice(i + 1).map((b) => ((b.count - a.count) / (b.day - a.day)) * MS_PER_DAY))
    .toSorted((a, b) => a - b)
}

const quantile = (ordered: readonly number[], share: number) => ordered[Math.round(share * (ordered.length - 1))] ?? 0
