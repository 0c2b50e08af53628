import { toEpochMs } from '../times.ts'
import type { OpenInterval } from './interval.ts'

/** The columns of every row with an ongoing interval. */
export interface OpenIntervalColumns {
  last_absent: Date | null
  first_present: Date | null
  last_present: Date | null
}

/** Returns the begin of a row's ongoing interval; null = the row is absent now. */
export function convertToOpenInterval(row: OpenIntervalColumns): OpenInterval | null {
  if (row.first_present === null || row.last_present === null) return null
  return {
    lastAbsent: toEpochMs(row.last_absent),
    firstPresent: toEpochMs(row.first_present),
    lastPresent: toEpochMs(row.last_present),
  }
}
