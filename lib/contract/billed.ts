import type { PollError } from './observation.ts'
import type { Outcome } from './poll.ts'

/** What Cost Management reports of one meter of one resource on one day. Amounts are decimal text, never rounded here. */
export interface BilledRow {
  /** UTC, YYYY-MM-DD */
  day: string
  /** ARM id as the bill spells it; empty for what belongs to no resource */
  resourceId: string
  /** as in the price list, e.g. `Metered Data - Data Transfer Out` */
  meter: string
  /** in the meter's own unit */
  quantity: string
  /** tax included, where there is any */
  cost: string
  /** null = the bill does not itemize it */
  preTaxCost: string | null
  currency: string
}

/** The bill of a subscription over some days, all of it or nothing. */
export interface BillAnswer {
  outcome: Outcome
  error: PollError | null
  correlationId: string
  rows: BilledRow[]
}
