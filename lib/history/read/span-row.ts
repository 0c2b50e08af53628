import { boundsOf, ms } from '../times.ts'
import type { KnownSpan } from '../types.ts'
import type { SpanTimes } from './as-of.ts'

/** The four columns that every span has. */
export interface SpanRow {
  last_absent: Date | null
  first_present: Date
  last_present: Date
  first_absent: Date | null
}

/** When it began and ended, as readers get it. */
export function sinceAndUntil(row: SpanRow): KnownSpan {
  return {
    since: boundsOf(row.last_absent, row.first_present),
    until: row.first_absent && boundsOf(row.last_present, row.first_absent),
  }
}

export function spanTimes(row: SpanRow): SpanTimes {
  return {
    lastAbsent: ms(row.last_absent),
    firstPresent: ms(row.first_present),
    lastPresent: ms(row.last_present),
    firstAbsent: ms(row.first_absent),
  }
}
