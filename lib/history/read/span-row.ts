import { ms } from '../times.ts'
import type { SpanTimes } from './as-of.ts'

/** The four columns that every span has. */
export interface SpanRow {
  last_absent: Date | null
  first_present: Date
  last_present: Date
  first_absent: Date | null
}

export function spanTimes(row: SpanRow): SpanTimes {
  return {
    lastAbsent: ms(row.last_absent),
    firstPresent: ms(row.first_present),
    lastPresent: ms(row.last_present),
    firstAbsent: ms(row.first_absent),
  }
}
