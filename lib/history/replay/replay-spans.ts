import type { TimestampBounds, EpochMs } from '#lib/contract/index.ts'
import type { StoredIntervalBounds } from '../read/as-of.ts'
import type { KnownPollTimes } from './poll-times.ts'

/**
 * Returns an SQL condition on a view `x` of intervals: the interval overlaps the period whose begin and end are the
 * parameters with these numbers.
 */
export const createOverlapCondition = (from: number, to: number) =>
  `x.first_present <= $${to} AND (x.first_absent IS NULL OR x.first_absent >= $${from})`
/** Columns of a view `x` of intervals that `convertToPresenceBounds` needs. */
export const PRESENCE_BOUND_COLUMNS = 'x.last_absent, x.first_present, x.last_present, x.first_absent'

/** Reports whether a poll that ended at this time read the value of the interval. */
export const wasIntervalValueReadByPoll = ({ firstPresent, firstAbsent }: StoredIntervalBounds, finishedAt: EpochMs) =>
  firstPresent <= finishedAt && (firstAbsent === null || finishedAt < firstAbsent)

/** Returns the times of polls that are bounds of these intervals, and the bounds of the changes between them. */
export function collectKnownPollTimes(spans: readonly StoredIntervalBounds[]): KnownPollTimes {
  const starts = new Set<EpochMs>()
  const ends = new Set<EpochMs>()
  const changes = new Map<string, TimestampBounds>()
  const change = (earliest: EpochMs, latest: EpochMs) => changes.set(`${earliest} ${latest}`, { earliest, latest })
  for (const { lastAbsent, firstPresent, lastPresent, firstAbsent } of spans) {
    starts.add(lastPresent)
    ends.add(firstPresent)
    if (lastAbsent !== null) {
      starts.add(lastAbsent)
      change(lastAbsent, firstPresent)
    }
    if (firstAbsent !== null) {
      ends.add(firstAbsent)
      change(lastPresent, firstAbsent)
    }
  }
  return { starts: [...starts], ends: [...ends], changes: [...changes.values()] }
}
