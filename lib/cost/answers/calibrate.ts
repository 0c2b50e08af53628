import type { EpochMs } from '#lib/contract/index.ts'
import { billingMonth, calibrate, DATA_METER, Decimal, type Gigabyte, monthAfter } from '../rules/index.ts'
import { saveCalibration, lastCalibration } from '../store/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { readFrame } from './frame.ts'
import { type ComparedResource, compareWithBills } from './reconcile.ts'

/** Minimum number of matched days for a calibration, because a single day may be partly late on the bill. */
const MIN_DAYS = 3

/**
 * Matches billed GB with measured bytes of the same days, for this month and the last, and stores the inferred size of
 * a GB (10^9 or 2^30 bytes).
 * @param isNewBill false = the bills are unchanged, so a calibration is tried only if there was none before
 * @returns null if no calibration was tried or the size cannot be inferred; an earlier calibration then stays in force
 */
export async function calibrateGb(q: Queryable, now: EpochMs, isNewBill = true): Promise<Gigabyte | null> {
  if (!isNewBill && (await lastCalibration(q)) !== null) return null
  const current = billingMonth(now)
  let [bytes, billed, days] = [0n, new Decimal(0), 0]
  for (const month of [monthAfter(current, -1), current]) {
    const { resources } = await compareWithBills(q, await readFrame(q, month, now))
    for (const one of resources.flatMap(matchedDays)) {
      bytes += one.bytes
      billed = billed.plus(one.billedGb)
      days++
    }
  }
  const reading = days >= MIN_DAYS ? calibrate(bytes, billed) : null
  if (reading) {
    await saveCalibration(q, { at: now, gbBytes: reading.bytes, measuredBytes: bytes, billedGb: billed.toFixed() })
  }
  return reading
}

/**
 * Returns the days on which a circuit's data was both billed and measured. Circuits with Global Reach are skipped,
 * because its bytes pass the same counters but are billed on other meters.
 */
function matchedDays({
  projected,
  records,
  globalReachEnabled,
}: ComparedResource): { bytes: bigint; billedGb: string }[] {
  if (globalReachEnabled) return []
  return records
    .filter(({ meter }) => meter === DATA_METER)
    .flatMap(({ day, quantity }) => {
      const bytes = projected.bytes?.get(day)
      return bytes === undefined || bytes === 0n ? [] : [{ bytes, billedGb: quantity }]
    })
}
