import type { EpochMs } from '#lib/contract/index.ts'
import { iso, ms } from '../times.ts'
import type { Closed, Open } from './interval.ts'

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

interface OpenJson {
  last_absent: string | null
  first_present: string | null
  last_present: string | null
}

/** The bounds of an open interval, as `jsonb_to_recordset` reads them. */
export function openJson(open: Open | null): OpenJson {
  return {
    last_absent: iso(open?.lastAbsent ?? null),
    first_present: iso(open?.firstPresent ?? null),
    last_present: iso(open?.lastPresent ?? null),
  }
}

/** The same of a closed one. */
export function closedJson(closed: Closed): OpenJson & { first_absent: string } {
  return { ...openJson(closed), first_absent: iso(closed.firstAbsent) }
}

/** The end of the newest closed interval, for the column that keeps intervals from overlapping. */
export function closedUntil(end: Closed | null, before: EpochMs | null): string | null {
  return iso(end ? end.firstAbsent : before)
}
