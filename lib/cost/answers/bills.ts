import type { CostReconcile } from '../api/index.ts'
import { type EpochMs, formatOutcome } from '#lib/contract/index.ts'
import { DAY } from '#lib/contract/time/time.ts'
import type { BillRead } from '../store/index.ts'
import { iso } from '#lib/questions/index.ts'

export interface BilledSpan {
  from: EpochMs
  to: EpochMs
}

/** What was read of a subscription's bill of some days. */
export interface ReadOfBill {
  /** the days before were read; null = none of these was */
  until: EpochMs | null
  /** what was not read although these days were, in words: something of them may be missing */
  unread: string | null
  /** all that is missing of these days, and why; null = nothing */
  missing: string | null
  outcome: CostReconcile['outcome']
}

/**
 * What is known of a subscription's bill. What was not read is not nothing: until a bill was read, nothing is on it or off it.
 * @param read how reading it goes; undefined = it was never tried
 * @param hasRecords whether anything of these days is kept: bills of earlier months were read when these months were
 */
export function readOfBill(read: BillRead | undefined, { from, to }: BilledSpan, hasRecords: boolean): ReadOfBill {
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

/** A bill is read from the begin of the month before on, to the end of the day: what is older was read earlier, or never. */
function readUntil(goodAt: EpochMs, { from, to }: BilledSpan, hasRecords: boolean): EpochMs | null {
  const read = new Date(goodAt)
  const begin = Date.UTC(read.getUTCFullYear(), read.getUTCMonth() - 1)
  const end = Math.floor(goodAt / DAY) * DAY + DAY
  if (begin <= from && from < end) return Math.min(to, end)
  return hasRecords ? to : null
}

const ranks = ['ok', 'never', 'incomplete', 'failed'] as const

/** The worst of several: one that was not read is not made good by the others. */
export const worstOutcome = (outcomes: readonly CostReconcile['outcome'][]): CostReconcile['outcome'] =>
  outcomes.toSorted((a, b) => ranks.indexOf(b) - ranks.indexOf(a))[0] ?? 'never'
