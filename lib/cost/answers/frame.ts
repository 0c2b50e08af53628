import type { EpochMs } from '#lib/contract/index.ts'
import {
  type BillingMonth,
  billingMonth,
  CALENDAR_MONTH,
  type CostFrame,
  type Gigabyte,
  namedMonth,
} from '../rules/index.ts'
import { costStatements, lastCalibration } from '../store/index.ts'
import { checkEnvironment } from '#lib/platform/environment.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { InvalidRequestError, historyKeptMs, thresholdsInForce } from '#lib/questions/index.ts'

import { overrideInForce } from './overrides.ts'
import { priceSheetInForce } from './price-sheet.ts'

let gbBytes: number | undefined

/** Bytes of a billed GB. Asked apart from `settings()`, which want a database's address as well. */
function billedGbBytes(): number {
  gbBytes ??= checkEnvironment(process.env, { root: process.cwd() }).settings.billingGbBytes
  return gbBytes
}

/**
 * The month that a question names; the current one when it names none.
 * @throws InvalidRequestError when it lies ahead, or so far back that nothing is kept of it
 */
export function askedMonth(name: string | undefined, now: EpochMs): BillingMonth {
  const month = name === undefined ? billingMonth(now) : namedMonth(name)
  if (month.from > now) throw new InvalidRequestError(`month: ${month.name} lies ahead; send ${billingMonth(now).name}`)
  if (month.to <= now - historyKeptMs()) {
    throw new InvalidRequestError(
      `month: of ${month.name} nothing is kept any more; send ${billingMonth(now - historyKeptMs()).name} or later`,
    )
  }
  return month
}

/** What a billed GB is: as the last bill shows it, or as configured until there is one. */
async function gigabyteInForce(q: Queryable): Promise<Gigabyte> {
  const calibration = await lastCalibration(q)
  return calibration ? { bytes: calibration.gbBytes, calibrated: true } : { bytes: billedGbBytes(), calibrated: false }
}

/** What holds for all circuits of one projection. */
export async function readFrame(q: Queryable, month: BillingMonth, now: EpochMs): Promise<CostFrame> {
  const overrides = (await costStatements(q, 'override')).flatMap(overrideInForce)
  return {
    now,
    month,
    anchor: CALENDAR_MONTH,
    sheet: await priceSheetInForce(q),
    overrides,
    gb: await gigabyteInForce(q),
    limits: await thresholdsInForce(q),
  }
}
