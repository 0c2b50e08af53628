import type { CostReconcile } from '../api/index.ts'
import { type EpochMs, formatPollOutcome } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { BillReadAttempt } from '../store/index.ts'
import { formatIso } from '#lib/questions/index.ts'

export interface BilledDayRange {
  from: EpochMs
  to: EpochMs
}

/** The part of a subscription's bill that was read, for a range of days. */
export interface BillCoverage {
  /** End of the days for which the bill was read, UTC; null = the bill was read for none of the requested days. */
  until: EpochMs | null
  /** Reason why the read days of the bill may be incomplete; null = they are complete. */
  unread: string | null
  /**
   * Text that names every part of the bill that is missing in the requested days, with the reason; null = no part is
   * missing.
   */
  missing: string | null
  outcome: CostReconcile['outcome']
}

/**
 * Returns which part of a subscription's bill was read for the given days. A bill that was not read must be
 * distinguished from an empty bill, because its amounts are unknown and not 0.
 * @param read the last attempt to read this subscription's bill; undefined = there was no attempt
 * @param hasRecords whether billed rows of these days are stored. Days before those of the last read count as read only
 *   if there are such rows.
 */
export function describeBillCoverage(
  read: BillReadAttempt | undefined,
  { from, to }: BilledDayRange,
  hasRecords: boolean,
): BillCoverage {
  if (!read) return { until: null, unread: null, missing: 'its bill was not read yet', outcome: 'never' }
  const { goodAt, unread } = read
  const isFailing = read.outcome !== 'ok' && read.outcome !== 'incomplete'
  const outcome = isFailing ? 'failed' : unread === null ? 'ok' : 'incomplete'
  const why = isFailing ? `: ${read.error ?? formatPollOutcome(read.outcome)}` : ''
  const until = goodAt === null ? null : readUntil(goodAt, { from, to }, hasRecords)
  if (until === null) return { until, unread: null, missing: `its bill was not read${why}`, outcome }
  const late = until < to ? `its bill was not read since ${formatIso(goodAt ?? until)}${why}` : null
  return { until, unread, missing: [late, unread].filter(Boolean).join('; ') || null, outcome }
}

/**
 * Returns the end of the days whose bill was read; null = not read. A read covers the days from the begin of the
 * previous month to the day of the read. Older days count as read if rows of them are stored.
 */
function readUntil(goodAt: EpochMs, { from, to }: BilledDayRange, hasRecords: boolean): EpochMs | null {
  const read = new Date(goodAt)
  const begin = Date.UTC(read.getUTCFullYear(), read.getUTCMonth() - 1)
  const end = Math.floor(goodAt / MS_PER_DAY) * MS_PER_DAY + MS_PER_DAY
  if (begin <= from && from < end) return Math.min(to, end)
  return hasRecords ? to : null
}

const ranks = ['ok', 'never', 'incomplete', 'failed'] as const

/**
 * Returns the worst of several outcomes of reading bills, because one unread bill makes the whole comparison uncertain.
 * Returns `never` if the list is empty.
 */
export const findWorstBillOutcome = (outcomes: readonly CostReconcile['outcome'][]): CostReconcile['outcome'] =>
  outcomes.toSorted((a, b) => ranks.indexOf(b) - ranks.indexOf(a))[0] ?? 'never'
