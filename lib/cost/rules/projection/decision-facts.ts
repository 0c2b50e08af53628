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
  /**
   * Share of past forecasts whose range (p10 to p90) contained the actual value; null = the result of no past forecast
   * is known yet.
   */
  bandHeld: number | null
  basis: ForecastMethod
  gb: number
  /**
   * The second possible number of bytes in a GB, if no bill has shown yet which of the two applies; null = the number
   * is known.
   */
  otherGb: number | null
  /** Share of the month in which the circuit exists, 0 to 1. */
  share: number
  /** Number of billed bytes at which Metered and Unlimited cost the same; null = there is no such number. */
  breakEven: bigint | null
  /** Billed bytes of earlier 30-day periods, newest first. Only periods with known usage are included. */
  pastMonths: readonly bigint[]
  /** Likely billed bytes of the following months, nearest first. */
  nextMonths: readonly bigint[]
  /** Minimum monthly saving for recommending a change, in the circuit's currency (setting `saving.least`). */
  leastSaving: number
  /** returns the steps of the change from the current offer to another offer */
  planOf: (one: CheaperOffer) => CostPlanStep[]
}
