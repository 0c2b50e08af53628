import type { CostPlanStep } from '../../api/index.ts'
import type { ForecastBasis } from '../forecast/forecast-rest.ts'
import type { Band } from '../money.ts'
import type { Quote } from '../prices/quote.ts'
import type { PlanChange } from './change.ts'
import type { ChangeCosts } from './payback.ts'

export interface Alternative {
  quote: Quote
  change: PlanChange
}

export interface DecisionFacts extends ChangeCosts {
  current: Quote
  alternatives: readonly Alternative[]
  bytes: Band<bigint>
  /** share of past forecast bands that contained the truth; null = the truth of all past forecasts is still unknown */
  bandHeld: number | null
  basis: ForecastBasis
  gb: number
  /** the other possible size of a GB while the size was not inferred from a bill; null = the size is known */
  otherGb: number | null
  /** share of the month in which the circuit exists */
  share: number
  /** billed bytes at which metered and unlimited cost the same; null = there is no such point */
  breakEven: bigint | null
  /** bytes of earlier whole 30-day months, newest first, as far as known */
  pastMonths: readonly bigint[]
  /** likely bytes of the following months, nearest first */
  nextMonths: readonly bigint[]
  /** minimum saving a month, in the circuit's currency, that justifies an engineer's day: the setting `saving.least` */
  leastSaving: number
  /** returns the steps of a change */
  planOf: (one: Alternative) => CostPlanStep[]
}
