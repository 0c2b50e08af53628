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
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { InvalidRequestError, getHistoryRetentionMs, readThresholdsInForce } from '#lib/questions/index.ts'

import { convertOverride } from './overrides.ts'
import { readCurrentPriceSheet } from './price-sheet.ts'

let gbBytes: number | undefined

/**
 * Returns the configured number of bytes in a billed GB. The function reads the environment variable directly, because
 * `settings()` throws if no database address is configured.
 */
function billedGbBytes(): number {
  gbBytes ??= checkEnvironment(process.env, { root: process.cwd() }).settings.billingGbBytes
  return gbBytes
}

/**
 * Returns the billing month that a request names, or the current month if it names none.
 * @throws InvalidRequestError if the month is in the future, or older than the stored history
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
 * Returns the number of bytes in a billed GB. It was inferred from bills, or is the configured number if no bill
 * allowed an inference yet.
 */
async function gigabyteInForce(q: SqlExecutor): Promise<GigabyteSize> {
  const calibration = await readLastGbSize(q)
  return calibration ? { bytes: calibration.gbBytes, calibrated: true } : { bytes: billedGbBytes(), calibrated: false }
}

/**
 * Returns the inputs that all circuits of a projection share: the month, the current time, prices, overrides, the size
 * of a GB, and thresholds.
 */
export async function readCostContext(q: SqlExecutor, month: BillingMonth, now: EpochMs): Promise<CostContext> {
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
