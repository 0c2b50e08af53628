import type { EpochMs } from '#lib/contract/index.ts'

/**
 * Day and hour at which a billing month begins, UTC. Azure does not document them. Peerwatch assumes 00:00 UTC on the
 * first day of the month.
 */
export interface BillingMonthStart {
  /** Day of the month, 1 to 28. */
  day: number
  /** Hour of the day, 0 to 23. */
  hour: number
}
export const CALENDAR_MONTH_START: BillingMonthStart = { day: 1, hour: 0 }

export interface BillingMonth {
  /** Name of the billing month: the calendar month in which it begins, `YYYY-MM`. */
  name: string
  from: EpochMs
  /** End of the billing month, exclusive. It is the begin of the next month. */
  to: EpochMs
}

/** Returns the billing month that contains an instant. */
export function getBillingMonth(at: EpochMs, anchor: BillingMonthStart = CALENDAR_MONTH_START): BillingMonth {
  const date = new Date(at)
  const own = beginOf(date.getUTCFullYear(), date.getUTCMonth(), anchor)
  return monthFrom(date.getUTCFullYear(), date.getUTCMonth() - (at < own ? 1 : 0), anchor)
}

/** Returns the billing month that is `count` months later than `month`, or earlier if `count` is negative. */
export function addBillingMonths(
  month: BillingMonth,
  count: number,
  anchor: BillingMonthStart = CALENDAR_MONTH_START,
): BillingMonth {
  const date = new Date(month.from)
  return monthFrom(date.getUTCFullYear(), date.getUTCMonth() + count, anchor)
}

/**
 * Returns the billing month with a name.
 * @throws RangeError if the name does not have the form `YYYY-MM`
 */
export function parseBillingMonth(name: string, anchor: BillingMonthStart = CALENDAR_MONTH_START): BillingMonth {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(name) ?? []
  if (year === undefined) throw new RangeError(`${name} is not a month such as 2026-11`)
  return monthFrom(Number(year), Number(month) - 1, anchor)
}

const beginOf = (year: number, month: number, { day, hour }: BillingMonthStart): EpochMs =>
  Date.UTC(year, month, day, hour)

function monthFrom(year: number, month: number, anchor: BillingMonthStart): BillingMonth {
  const from = beginOf(year, month, anchor)
  return { name: new Date(from).toISOString().slice(0, 7), from, to: beginOf(year, month + 1, anchor) }
}
