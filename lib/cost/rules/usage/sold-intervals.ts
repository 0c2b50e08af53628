import type { EpochMs } from '#lib/contract/index.ts'
import { Decimal, ZERO_AMOUNT } from '../money.ts'
import type { PricedOffer } from '../prices/quote-offer.ts'
import type { BilledHour } from './billed-usage.ts'
import { convertBytesToGb } from './gigabyte.ts'
import type { BillingMonth } from './month.ts'

/**
 * An interval in which a circuit's configuration was unchanged, with its price. `quote` is null if the circuit existed
 * but has no known price.
 */
export interface PricedInterval<Q extends PricedOffer | null = PricedOffer> {
  from: EpochMs
  /** end of the interval; null = ongoing */
  to: EpochMs | null
  quote: Q
}

/** Returns the parts of the intervals that are within [from, to). */
export function clipPricedIntervals<Q extends PricedOffer | null>(
  intervals: readonly PricedInterval<Q>[],
  from: EpochMs,
  to: EpochMs,
): { from: EpochMs; to: EpochMs; quote: Q }[] {
  return intervals
    .map((one) => ({ from: Math.max(one.from, from), to: Math.min(one.to ?? to, to), quote: one.quote }))
    .filter((one) => one.from < one.to)
}

/**
 * Returns the part of a monthly price that applies to a part of the month, in proportion to time. This is an
 * assumption, which projections mention: Azure does not document how it charges for a circuit that is created, changed
 * or deleted within a month.
 */
export function prorateMonthlyPrice(perMonth: Decimal, from: EpochMs, to: EpochMs, month: BillingMonth): Decimal {
  return from === month.from && to === month.to ? perMonth : perMonth.times(to - from).dividedBy(month.to - month.from)
}

/** Returns the charge for the port from the begin of a month until `to`, over all intervals of its configuration. */
export function computePortCost(
  intervals: readonly PricedInterval[],
  month: BillingMonth,
  to: EpochMs = month.to,
): Decimal {
  return clipPricedIntervals(intervals, month.from, to).reduce(
    (sum, one) => sum.plus(prorateMonthlyPrice(one.quote.port, one.from, one.to, month)),
    ZERO_AMOUNT,
  )
}

/** Returns the charge for data. The bytes of an hour have the price of the interval in which the hour begins. */
export function computeDataCost(
  hours: readonly BilledHour[],
  intervals: readonly PricedInterval[],
  gb: number,
): Decimal {
  const cost = (one: PricedInterval) => {
    const bytes = hours
      .filter(({ start }) => one.from <= start && (one.to === null || start < one.to))
      .reduce((sum, hour) => sum + hour.bytes + hour.late, 0n)
    return convertBytesToGb(bytes, gb).times(one.quote.perGb)
  }
  return intervals
    .filter(({ quote }) => quote.perGb.greaterThan(0))
    .reduce((sum, one) => sum.plus(cost(one)), new Decimal(0))
}
