import type { CostVariance } from '../../api/index.ts'
import type { MoneyAmount } from '#lib/contract/index.ts'
import { roundToCents, type Decimal, formatMoneyAmount } from '../money.ts'
import { convertBytesToGb } from '../usage/gigabyte.ts'

/** The values from which a circuit's likely cost of a month is computed. */
export interface MonthCostFactors {
  port: Decimal
  perGb: Decimal
  /** Share of the month in which the circuit exists, 0 to 1. */
  share: Decimal.Value
  /** Likely number of billed bytes in the month. */
  bytes: bigint
  /** Length of the month in hours. */
  hours: number
  currency: string
}

export interface VarianceInput {
  circuitId: string
  before: MonthCostFactors
  now: MonthCostFactors
  gb: number
  /**
   * billed bytes that failovers moved to this circuit since the earlier cost was computed; negative = away from this
   * circuit
   */
  failovers: readonly { incidentId: string; bytes: bigint; words: string }[]
  /**
   * Bytes that are known now but were not measured when the earlier cost was computed, minus the bytes that were
   * estimated for them at that time.
   */
  repairedBytes: bigint
}

type Cause = CostVariance['parts'][number]['cause']

/**
 * Explains the difference between an earlier and the current cost of a circuit. The inputs are changed from the earlier
 * to the current value one after the other. The change of the cost in each step becomes one part of the explanation.
 * The cost after each step is rounded to cents, so that the parts add up exactly. Prices are changed first, so that
 * changes of traffic are valued at the current price. Traffic is changed last, so that its part contains everything
 * that has no other explanation.
 * @returns null if the currencies differ
 */
export function explainVariance({
  circuitId,
  before,
  now,
  gb,
  failovers,
  repairedBytes,
}: VarianceInput): CostVariance | null {
  if (before.currency !== now.currency) return null
  const { currency } = now
  const parts: CostVariance['parts'] = []
  let [figure, at] = [before, costOf(before, gb)]
  const step = (cause: Cause, next: MonthCostFactors, words: string, incidentId: string | null = null) => {
    const cost = costOf(next, gb)
    const amount = cost.minus(at)
    if (!amount.isZero() || cause === 'traffic')
      parts.push({ cause, amount: formatMoneyAmount(amount, currency), incidentId, words })
    ;[figure, at] = [next, cost]
  }
  step('price', { ...figure, port: now.port, perGb: now.perGb }, 'changed prices or a changed plan')
  const scaled = (before.bytes * BigInt(Math.round(now.hours))) / BigInt(Math.round(before.hours))
  step('days', { ...figure, hours: now.hours, share: now.share, bytes: scaled }, 'the number of days')
  for (const { incidentId, bytes, words } of failovers) {
    step('failover', { ...figure, bytes: figure.bytes + bytes }, words, incidentId)
  }
  step('repaired_gaps', { ...figure, bytes: figure.bytes + repairedBytes }, 'traffic of gaps that was recorded later')
  step('traffic', now, `${now.bytes < figure.bytes ? 'less' : 'more'} traffic than was forecast`)
  const [from, to] = [costOf(before, gb), costOf(now, gb)]
  const money = (amount: Decimal): MoneyAmount => formatMoneyAmount(amount, currency)
  return { circuitId, from: money(from), to: money(to), difference: money(to.minus(from)), parts }
}

function costOf({ port, perGb, share, bytes }: MonthCostFactors, gb: number): Decimal {
  return roundToCents(port.times(share).plus(convertBytesToGb(bytes, gb).times(perGb)))
}
