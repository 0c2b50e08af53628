import type { EpochMs } from '#lib/contract/index.ts'
import {
  getBillingMonth,
  inferGbSize,
  DATA_TRANSFER_METER,
  Decimal,
  type GigabyteSize,
  addBillingMonths,
} from '../rules/index.ts'
import { saveGbSize, readLastGbSize } from '../store/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readCostContext } from './cost-context.ts'
import { type ComparedResource, compareProjectionsWithBills } from './reconcile.ts'

/**
 * Minimum number of different days that have both a billed quantity and measured bytes for inferring the size of a GB.
 * Several circuits on one day are not enough, because a part of that day's data may not be on the bill yet.
 */
const MIN_DAYS = 3

/**
 * Compares the billed GB with the measured bytes of the same days in the current and the previous month, infers the
 * size of a GB (10^9 or 2^30 bytes) and stores it.
 * @param isNewBill false = the bills have not changed, so the size is inferred only if no size is stored yet
 * @returns null if the size was not or could not be inferred; a size that is already stored then remains in use
 */
export async function inferGbSizeFromBills(
  q: SqlExecutor,
  now: EpochMs,
  isNewBill = true,
): Promise<GigabyteSize | null> {
  if (!isNewBill && (await readLastGbSize(q)) !== null) return null
  const current = getBillingMonth(now)
  let [bytes, billed] = [0n, new Decimal(0)]
  const days = new Set<number>()
  for (const month of [addBillingMonths(current, -1), current]) {
    const { resources } = await compareProjectionsWithBills(q, await readCostContext(q, month, now))
    for (const one of resources.flatMap(matchedDays)) {
      bytes += one.bytes
      billed = billed.plus(one.billedGb)
      days.add(one.day)
    }
  }
  const reading = days.size >= MIN_DAYS ? inferGbSize(bytes, billed) : null
  if (reading) {
    await saveGbSize(q, { at: now, gbBytes: reading.bytes, measuredBytes: bytes, billedGb: billed.toFixed() })
  }
  return reading
}

/**
 * Returns the days of a circuit with a billed quantity in GB and measured bytes above 0. A circuit with Global Reach
 * returns no days, because its counters include the bytes of Global Reach, which are billed on other meters.
 */
function matchedDays({
  projected,
  records,
  globalReachEnabled,
}: ComparedResource): { day: number; bytes: bigint; billedGb: string }[] {
  if (globalReachEnabled) return []
  return records
    .filter(({ meter }) => meter === DATA_TRANSFER_METER)
    .flatMap(({ day, quantity }) => {
      const bytes = projected.bytes?.get(day)
      return bytes === undefined || bytes === 0n ? [] : [{ day, bytes, billedGb: quantity }]
    })
}
