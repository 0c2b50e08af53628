import type { PollError } from './observation.ts'
import type { PollOutcome } from './poll.ts'

/** Cost of one meter, one resource and one day, from Cost Management. Amounts are decimal text and are not rounded. */
export interface BilledMeterCost {
  /** day in UTC, YYYY-MM-DD */
  day: string
  /** ARM id as spelled on the bill; empty if the cost belongs to no resource or the bill does not name it */
  resourceId: string
  /** meter name as in the price list, e.g. `Metered Data - Data Transfer Out`; empty if the bill does not name one */
  meter: string
  /** quantity in the unit of the meter */
  quantity: string
  /** cost before tax */
  cost: string
  currency: string
}

/**
 * Response of Cost Management with the bill of a subscription for a period. The outcome `incomplete` means that all
 * pages arrived, but some rows could not be read; `error` describes these rows.
 */
export interface BillResponse {
  outcome: PollOutcome
  error: PollError | null
  correlationId: string
  rows: BilledMeterCost[]
}
