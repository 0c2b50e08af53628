import { ms } from '../times.ts'
import type { Open } from './interval.ts'

/** The columns that every row with an open interval has. */
export interface OpenRow {
  last_absent: Date | null
  first_present: Date | null
  last_present: Date | null
}

/** The begin of what a row says is so now; null = it is not so now. */
export function openOf(row: OpenRow): Open | null {
  if (row.first_present === null || row.last_present === null) return null
  return { lastAbsent: ms(row.last_absent), firstPresent: ms(row.first_present), lastPresent: ms(row.last_present) }
}
