import type { CostPlanStep } from '../../api/index.ts'
import type { ForecastMethod } from '../forecast/forecast-rest.ts'
import type { ForecastPercentiles } from '../money.ts'
import type { PricedOffer } from '../prices/quote-offer.ts'
import type { PlanChange } from './plan-change.ts'
import type { CircuitChangeCosts } from './payback.ts'

export interface CheaperOffer {
  quote: PricedOffer
  change: PlanChange
}

export interface OfferDecisionInput extends CircuitChangeCosts {
  current: PricedOffer
  alternatives: readonly CheaperOffer[]
  bytes: ForecastPercentiles<bigint>
  /** Share of past forecast bands that contained the true value; null = no past forecast can be checked yet. */
  bandHeld: number | null
  basis: ForecastMethod
  gb: number
  /**
   * The other possible number of bytes in a GB, while a bill has not shown which one applies; null = the size is known.
   */
  otherGb: number | null
  /** Share of the month in which the circuit exists, 0 to 1. */
  share: number
  /** Number of billed bytes at which Metered and Unlimited cost the same; null = there is no such number. */
  breakEven: bigint | null
  /** Billed bytes of the previous 30-day periods, newest first, as far as known. */
  pastMonths: readonly bigint[]
  /** Likely billed bytes of the following months, nearest first. */
  nextMonths: readonly bigint[]
  /**
   * Minimum saving a month for which a change is worth the work, in the circuit's currency: the setting `saving.least`.
   */
  leastSaving: number
  /** Returns the steps of the change to an offer. */
  planOf: (one: CheaperOffer) => CostPlanStep[]
}
