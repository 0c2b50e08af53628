import type { EpochMs } from '#lib/contract/index.ts'

/**
 * Begin of a billing month, in UTC. It is an assumption that Azure bills from 00:00 UTC of the first day, because Azure
 * does not document it.
 */
export interface MonthAnchor {
  /** day of the month, 1 to 28 */
  day: number
  /** hour of the day, 0 to 23 */
  hour: number
}
export const CALENDAR_MONTH: MonthAnchor = { day: 1, hour: 0 }

export interface BillingMonth {
  /** name of the month in which the billing month begins, `YYYY-MM` */
  name: string
  from: EpochMs
  /** end of the billing month, exclusive: the begin of the next month */
  to: EpochMs
}

/** Returns the billing month that contains an instant. */
export function billingMonth(at: EpochMs, anchor: MonthAnchor = CALENDAR_MONTH): BillingMonth {
  const date = new Date(at)
  const own = beginOf(date.getUTCFullYear(), date.getUTCMonth(), anchor)
  return monthFrom(date.getUTCFullYear(), date.getUTCMonth() - (at < own ? 1 : 0), anchor)
}

/** Returns the billing month `count` months after another; negative = before. */
export function monthAfter(month: BillingMonth, count: number, anchor: MonthAnchor = CALENDAR_MONTH): BillingMonth {
  const date = new Date(month.from)
  return monthFrom(date.getUTCFullYear(), date.getUTCMonth() + count, anchor)
}

/**
 * Returns a billing month by name.
 * @throws RangeError if it is not `YYYY-MM`
 */
export function namedMonth(name: string, anchor: MonthAnchor = CALENDAR_MONTH): BillingMonth {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(name) ?? []
  if (year === undefined) throw new RangeError(`${name} is not a month such as 2026-11`)
  return monthFrom(Number(year), Number(month) - 1, anchor)
}

const beginOf = (year: number, month: number, { day, hour }: MonthAnchor): EpochMs => Date.UTC(year, month, day, hour)

function monthFrom(year: number, month: number, anchor: MonthAnchor): BillingMonth {
  const from = beginOf(year, month, anchor)
  return { name: new Date(from).toISOString().slice(0, 7), from, to: beginOf(year, month + 1, anchor) }
}
