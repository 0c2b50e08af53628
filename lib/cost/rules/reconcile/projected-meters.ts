import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { Decimal } from '../money.ts'
import { mapCircuitToMeters } from '../prices/map-circuit.ts'
import { applyPriceOverrides } from '../prices/overrides.ts'
import { DATA_TRANSFER_METER } from '../prices/price-sheet.ts'
import type { CircuitProjectionInput, CostContext } from '../projection/circuit-input.ts'
import { type BilledHour, computeBilledUsage } from '../usage/billed-usage.ts'
import { convertBytesToGb } from '../usage/gigabyte.ts'
import { prorateMonthlyPrice, clipPricedIntervals } from '../usage/sold-intervals.ts'
import type { ProjectedMeter } from './reconcile.ts'

/**
 * Minimum measured share of a day for comparing the bytes of this day with the bill. If a larger part of the day is
 * unmeasured, the bytes differ from the bill only for this reason.
 */
const MEASURED_SHARE = 0.995

/** The meters that a circuit should have on its bill for a number of whole days. */
export interface ProjectedMetersOfDays {
  meters: ProjectedMeter[]
  /** Days in which the circuit existed, as midnights UTC. */
  days: EpochMs[]
  /** Bytes of each measured day, by the day's midnight UTC; null = Azure did not charge for data on these days */
  bytes: ReadonlyMap<EpochMs, bigint> | null
}

/**
 * Returns the meters that a circuit should have on its bill, at current prices. The meter of the port covers all days
 * on which the circuit existed; the meter of data covers the measured days.
 * @param from midnight UTC, within the month of `frame`
 * @param to midnight UTC, exclusive
 */
export function projectCircuitMeters(
  input: CircuitProjectionInput,
  frame: CostContext,
  from: EpochMs,
  to: EpochMs,
): ProjectedMetersOfDays {
  const overridden = applyPriceOverrides(frame.sheet, frame.overrides, { circuitId: input.circuitId, at: frame.now })
  const sold = input.configured.flatMap((one) => {
    const mapped = mapCircuitToMeters(overridden.sheet, one.facts, overridden.zone)
    return mapped.ok ? [{ from: one.from, to: one.to, quote: mapped.quote }] : []
  })
  const begin = Math.max(from, Math.ceil((input.configured[0]?.from ?? from) / MS_PER_DAY) * MS_PER_DAY)
  const end = Math.min(to, Math.floor((input.configured.at(-1)?.to ?? to) / MS_PER_DAY) * MS_PER_DAY)
  const days = Array.from({ length: Math.max(0, (end - begin) / MS_PER_DAY) }, (_, i) => begin + i * MS_PER_DAY)
  const bytes = measuredBytes(computeBilledUsage(input.usage, begin, Math.max(begin, end)).hours)
  const meters = clipPricedIntervals(sold, begin, Math.max(begin, end)).flatMap((interval): ProjectedMeter[] => {
    const { quote } = interval
    const port = quote.meters.find(({ name }) => name !== DATA_TRANSFER_METER)
    const own = [...bytes].filter(([day]) => interval.from <= day && day < interval.to)
    const sum = own.reduce((total, [, one]) => total + one, 0n)
    const about = { zone: quote.zone, currency: quote.currency }
    return [
      ...(port
        ? [
            {
              ...about,
              meter: port.name,
              quantity: prorateMonthlyPrice(new Decimal(1), interval.from, interval.to, frame.month),
              unitPrice: quote.port,
            },
          ]
        : []),
      ...(quote.plan === 'metered'
        ? [
            {
              ...about,
              meter: DATA_TRANSFER_METER,
              quantity: convertBytesToGb(sum, frame.gb.bytes),
              unitPrice: quote.perGb,
            },
          ]
        : []),
    ]
  })
  const isMetered = meters.some(({ meter }) => meter === DATA_TRANSFER_METER)
  return { meters: mergeMeterRows(meters), days, bytes: isMetered ? bytes : null }
}

/** Returns the bytes of each day that was measured almost completely. */
function measuredBytes(hours: readonly BilledHour[]): Map<EpochMs, bigint> {
  const days = Map.groupBy(hours, ({ start }) => Math.floor(start / MS_PER_DAY) * MS_PER_DAY)
  const known = [...days].filter(
    ([, own]) => own.reduce((sum, hour) => sum + hour.coveredSeconds, 0) * 1_000 >= MEASURED_SHARE * MS_PER_DAY,
  )
  return new Map(known.map(([day, own]) => [day, own.reduce((sum, hour) => sum + hour.bytes + hour.late, 0n)]))
}

/**
 * Merges several rows of the same meter into one row with the average price, because a bill has only one row for each
 * meter.
 */
export function mergeMeterRows(meters: readonly ProjectedMeter[]): ProjectedMeter[] {
  return [...Map.groupBy(meters, ({ meter, currency }) => `${meter} ${currency}`).values()].flatMap(
    ([first, ...more]) => {
      if (!first || more.length === 0) return first ?? []
      const all = [first, ...more]
      const quantity = Decimal.sum(...all.map((one) => one.quantity))
      const cost = Decimal.sum(...all.map((one) => one.quantity.times(one.unitPrice)))
      const most = all.every(({ atMost }) => !atMost)
        ? {}
        : { atMost: Decimal.sum(...all.map(({ atMost, quantity: least }) => atMost ?? least)) }
      return { ...first, quantity, ...most, unitPrice: quantity.isZero() ? first.unitPrice : cost.dividedBy(quantity) }
    },
  )
}
