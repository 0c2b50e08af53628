import type { CostVariance } from '../../api/index.ts'
import type { CostMoney } from '#lib/contract/index.ts'
import { cents, type Decimal, moneyOf } from '../money.ts'
import { gbOf } from '../usage/gigabyte.ts'

/** What a figure was made of when it was published. */
export interface Figure {
  port: Decimal
  perGb: Decimal
  /** share of the month that the circuit is there in */
  share: Decimal.Value
  /** likely bytes of the month */
  bytes: bigint
  /** length of the month, hours */
  hours: number
  currency: string
}

export interface VarianceFacts {
  circuitId: string
  before: Figure
  now: Figure
  gb: number
  /** billed bytes that a failover brought onto this circuit, or took off it (negative), since the figure before */
  failovers: readonly { incidentId: string; bytes: bigint; words: string }[]
  /** what gaps turned out to have held, less what they were taken to hold in the figure before */
  repairedBytes: bigint
}

type Cause = CostVariance['parts'][number]['cause']

/**
 * Explains a circuit's variance: one input after the other is changed from then to now, and what each changes is its part. Figures in
 * between are rounded to the cent, so that the parts add up to the difference exactly. The order is part of the answer: price before
 * volume, so that traffic counts at today's rate; traffic last, so that it holds what nothing else explains.
 * @returns null when the two are in different currencies and have no difference
 */
export function explainVariance({
  circuitId,
  before,
  now,
  gb,
  failovers,
  repairedBytes,
}: VarianceFacts): CostVariance | null {
  if (before.currency !== now.currency) return null
  const { currency } = now
  const parts: CostVariance['parts'] = []
  let [figure, at] = [before, costOf(before, gb)]
  const step = (cause: Cause, next: Figure, words: string, incidentId: string | null = null) => {
    const cost = costOf(next, gb)
    const amount = cost.minus(at)
    if (!amount.isZero() || cause === 'traffic')
      parts.push({ cause, amount: moneyOf(amount, currency), incidentId, words })
    ;[figure, at] = [next, cost]
  }
  step('price', { ...figure, port: now.port, perGb: now.perGb }, 'prices, or the plan that they are of')
  const scaled = (before.bytes * BigInt(Math.round(now.hours))) / BigInt(Math.round(before.hours))
  step('days', { ...figure, hours: now.hours, share: now.share, bytes: scaled }, 'the number of days')
  for (const { incidentId, bytes, words } of failovers) {
    step('failover', { ...figure, bytes: figure.bytes + bytes }, words, incidentId)
  }
  step('repaired_gaps', { ...figure, bytes: figure.bytes + repairedBytes }, 'gaps that became known since')
  step('traffic', now, `${now.bytes < figure.bytes ? 'less' : 'more'} traffic than was forecast`)
  const [from, to] = [costOf(before, gb), costOf(now, gb)]
  const money = (amount: Decimal): CostMoney => moneyOf(amount, currency)
  return { circuitId, from: money(from), to: money(to), difference: money(to.minus(from)), parts }
}

function costOf({ port, perGb, share, bytes }: Figure, gb: number): Decimal {
  return cents(port.times(share).plus(gbOf(bytes, gb).times(perGb)))
}
