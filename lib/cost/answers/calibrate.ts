import type { EpochMs } from '#lib/contract/index.ts'
import { billingMonth, calibrate, DATA_METER, Decimal, type Gigabyte, monthAfter } from '../rules/index.ts'
import { saveCalibration, lastCalibration } from '../store/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { readFrame } from './frame.ts'
import { type HeldResource, heldAgainstBill } from './reconcile.ts'

/** Fewer days than that decide nothing: a single one may be partly late. */
const MIN_DAYS = 3

/**
 * Matches what was billed to what was measured on the same days of this month and the last, and keeps the reading of a GB that follows.
 * @param isNewBill false = there is nothing new to match, and only what was never matched is tried again
 * @returns null where nothing follows: the figures stay uncalibrated, or as they were calibrated before
 */
export async function calibrateGb(q: Queryable, now: EpochMs, isNewBill = true): Promise<Gigabyte | null> {
  if (!isNewBill && (await lastCalibration(q)) !== null) return null
  const current = billingMonth(now)
  let [bytes, billed, days] = [0n, new Decimal(0), 0]
  for (const month of [monthAfter(current, -1), current]) {
    const { resources } = await heldAgainstBill(q, await readFrame(q, month, now))
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

/** Days of a circuit whose data was both billed and measured; Global Reach's bytes pass the counters and are billed elsewhere. */
function matchedDays({ projected, records, globalReachEnabled }: HeldResource): { bytes: bigint; billedGb: string }[] {
  if (globalReachEnabled) return []
  return records
    .filter(({ meter }) => meter === DATA_METER)
    .flatMap(({ day, quantity }) => {
      const bytes = projected.bytes?.get(day)
      return bytes === undefined || bytes === 0n ? [] : [{ bytes, billedGb: quantity }]
    })
}
