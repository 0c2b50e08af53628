import type { BilledMeterCost, EpochMs } from '#lib/contract/index.ts'
import { Decimal } from '../money.ts'
import type { BilledMeter } from './reconcile.ts'

/** One record of a bill. Amounts are decimal numbers as text. */
interface BillRecord extends Pick<BilledMeterCost, 'meter' | 'currency' | 'quantity' | 'cost'> {
  /** Day of the record, as midnight UTC. */
  day: EpochMs
}

/**
 * Returns the sum of a resource's billed records for each meter and currency.
 * @param daysOf returns the days that are compared for a meter
 * @param lateOf returns the projected quantity of days that have no record yet; null = the projection of the meter has
 *   no values for single days
 */
export function sumBilledMeters(
  records: readonly BillRecord[],
  daysOf: (meter: string) => readonly EpochMs[],
  lateOf: (meter: string, days: readonly EpochMs[]) => Decimal | null,
): BilledMeter[] {
  return [...Map.groupBy(records, ({ meter, currency }) => `${meter} ${currency}`).values()].flatMap((all) => {
    const [first] = all
    if (!first) return []
    const days = daysOf(first.meter)
    const wanted = new Set(days)
    const own = all.filter(({ day }) => wanted.has(day))
    const billedDays = new Set(own.map(({ day }) => day))
    const sum = (of: (record: BillRecord) => string) => own.reduce((total, one) => total.plus(of(one)), new Decimal(0))
    return {
      meter: first.meter,
      currency: first.currency,
      quantity: sum((one) => one.quantity),
      cost: sum((one) => one.cost),
      missingDays: days.length - billedDays.size,
      days: days.length,
      late: lateOf(
        first.meter,
        days.filter((day) => !billedDays.has(day)),
      ),
    }
  })
}
