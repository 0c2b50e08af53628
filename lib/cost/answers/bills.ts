import type { CostReconcile } from '../api/index.ts'
import { type EpochMs, formatOutcome } from '#lib/contract/index.ts'
import { DAY } from '#lib/contract/time/time.ts'
import type { BillRead } from '../store/index.ts'
import { iso } from '#lib/questions/index.ts'

export interface BilledSpan {
  from: EpochMs
  to: EpochMs
}

/** State of a subscription's bill for a span of days. */
export interface BillCoverage {
  /** End of the days that were read; null = these days were not read. */
  until: EpochMs | null
  /** Reason why the bill may be incomplete for the days that were read; null = complete. */
  unread: string | null
  /** Text that names all missing parts of these days, with the reason; null = these days are complete. */
  missing: string | null
  outcome: CostReconcile['outcome']
}

/**
 * Returns how much of a subscription's bill was read for the given days. An unread bill is not an empty bill, because
 * its resources are unknown until it was read.
 * @param read state of reading this bill; undefined = a read was never tried
 * @param hasRecords whether records of these days are stored; bills of earlier months were read during those months
 */
export function describeBillCoverage(
  read: BillRead | undefined,
  { from, to }: BilledSpan,
  hasRecords: boolean,
): BillCoverage {
  if (!read) return { until: null, unread: null, missing: 'its bill was not read yet', outcome: 'never' }
  const { goodAt, unread } = read
  const isFailing = read.outcome !== 'ok' && read.outcome !== 'incomplete'
  const outcome = isFailing ? 'failed' : unread === null ? 'ok' : 'incomplete'
  const why = isFailing ? `: ${read.error ?? formatOutcome(read.outcome)}` : ''
  const until = goodAt === null ? null : readUntil(goodAt, { from, to }, hasRecords)
  if (until === null) return { until, unread: null, missing: `its bill was not read${why}`, outcome }
  const late = until < to ? `its bill was not read since ${iso(goodAt ?? until)}${why}` : null
  return { until, unread, missing: [late, unread].filter(Boolean).join('; ') || null, outcome }
}

/**
 * Returns the end of the days that were read. A read covers the time from the begin of the previous month to the end of
 * the day of the read; older days were read earlier, or never.
 */
function readUntil(goodAt: EpochMs, { from, to }: BilledSpan, hasRecords: boolean): EpochMs | null {
  const read = new Date(goodAt)
  const begin = Date.UTC(read.getUTCFullYear(), read.getUTCMonth() - 1)
  const end = Math.floor(goodAt / DAY) * DAY + DAY
  if (begin <= from && from < end) return Math.min(to, end)
  return hasRecords ? to : null
}

const ranks = ['ok', 'never', 'incomplete', 'failed'] as const

/** Returns the worst outcome, because one unread bill makes the whole result uncertain. */
export const findWorstOutcome = (outcomes: readonly CostReconcile['outcome'][]): CostReconcile['outcome'] =>
  outcomes.toSorted((a, b) => ranks.indexOf(b) - ranks.indexOf(a))[0] ?? 'never'
