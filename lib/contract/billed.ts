import type { PollError } from './observation.ts'
import type { Outcome } from './poll.ts'

/** What Cost Management reports of one meter of one resource on one day. Amounts are decimal text, never rounded here. */
export interface BilledRow {
  /** UTC, YYYY-MM-DD */
  day: string
  /** ARM id as the bill spells it; empty for what belongs to no resource, or names none */
  resourceId: string
  /** as in the price list, e.g. `Metered Data - Data Transfer Out`; empty where the bill names none */
  meter: string
  /** in the meter's own unit */
  quantity: string
  /** before tax */
  cost: string
  currency: string
}

/** The bill of a subscription over some days. `incomplete`: all pages came, and rows that can't be read are named in the error. */
export interface BillAnswer {
  outcome: Outcome
  error: PollError | null
  correlationId: string
  rows: BilledRow[]
}
