import type { EpochMs } from '#lib/contract/index.ts'
import {
  type BillingMonth,
  getBillingMonth,
  CALENDAR_MONTH_START,
  type CostContext,
  type GigabyteSize,
  parseBillingMonth,
} from '../rules/index.ts'
import { readCostStatements, readLastGbSize } from '../store/index.ts'
import { checkEnvironment } from '#lib/platform/environment.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { InvalidRequestError, getHistoryRetentionMs, readThresholdsInForce } from '#lib/questions/index.ts'

import { convertOverride } from './overrides.ts'
import { readCurrentPriceSheet } from './price-sheet.ts'

let gbBytes: number | undefined

/**
 * Returns the configured number of bytes in a billed GB. It reads the environment directly, because `settings()` fails
 * without a database address.
 */
function billedGbBytes(): number {
  gbBytes ??= checkEnvironment(process.env, { root: process.cwd() }).settings.billingGbBytes
  return gbBytes
}

/**
 * Returns the month that a request names; the current month by default.
 * @throws InvalidRequestError if the month is in the future, or before the kept history
 */
export function resolveBillingMonth(name: string | undefined, now: EpochMs): BillingMonth {
  const month = name === undefined ? getBillingMonth(now) : parseBillingMonth(name)
  if (month.from > now)
    throw new InvalidRequestError(`month: ${month.name} lies ahead; send ${getBillingMonth(now).name}`)
  if (month.to <= now - getHistoryRetentionMs()) {
    throw new InvalidRequestError(
      `month: of ${month.name} nothing is kept any more; send ${getBillingMonth(now - getHistoryRetentionMs()).name} or later`,
    )
  }
  return month
}

/**
 * Returns the size of a billed GB: the size inferred from bills, or the configured size as long as no size was
 * inferred.
 */
async function gigabyteInForce(q: Queryable): Promise<GigabyteSize> {
  const calibration = await readLastGbSize(q)
  return calibration ? { bytes: calibration.gbBytes, calibrated: true } : { bytes: billedGbBytes(), calibrated: false }
}

/**
 * Returns the inputs that all circuits of a projection share: the month, the current time, prices, overrides, the size
 * of a GB, and thresholds.
 */
export async function readCostContext(q: Queryable, month: BillingMonth, now: EpochMs): Promise<CostContext> {
  const overrides = (await readCostStatements(q, 'override')).flatMap(convertOverride)
  return {
    now,
    month,
    anchor: CALENDAR_MONTH_START,
    sheet: await readCurrentPriceSheet(q),
    overrides,
    gb: await gigabyteInForce(q),
    limits: await readThresholdsInForce(q),
  }
}
