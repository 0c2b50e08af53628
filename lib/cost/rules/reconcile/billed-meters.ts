import type { BilledRow, EpochMs } from '#lib/contract/index.ts'
import { Decimal } from '../money.ts'
import type { BilledMeter } from './reconcile.ts'

/** A record of a bill; amounts as decimal text. */
interface BillRecord extends Pick<BilledRow, 'meter' | 'currency' | 'quantity' | 'cost'> {
  /** day of the record, midnight UTC */
  day: EpochMs
}

/**
 * Sums a resource's records for each meter, limited to given days.
 * @param daysOf the days that count for a meter
 * @param lateOf projected quantity of days without a record; null = the projection is not known by days
 */
export function billedMeters(
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
