import { createTimeBoundsFromColumns, toEpochMs, type PresenceBoundColumns } from '../times.ts'
import type { SinceAndUntilBounds } from '../types.ts'
import type { StoredIntervalBounds } from './as-of.ts'

/** Returns the bounds of the begin and end of an interval, in the form of the API. */
export function convertToSinceAndUntilBounds(row: PresenceBoundColumns): SinceAndUntilBounds {
  return {
    since: createTimeBoundsFromColumns(row.last_absent, row.first_present),
    until: row.first_absent && createTimeBoundsFromColumns(row.last_present, row.first_absent),
  }
}

export function convertToPresenceBounds(row: PresenceBoundColumns): StoredIntervalBounds {
  return {
    lastAbsent: toEpochMs(row.last_absent),
    firstPresent: toEpochMs(row.first_present),
    lastPresent: toEpochMs(row.last_present),
    firstAbsent: toEpochMs(row.first_absent),
  }
}
