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
  /** share of past bands of the forecast that held the truth; null = none has matured */
  bandHeld: number | null
  basis: ForecastBasis
  gb: number
  /** the other reading of a GB, while none was matched to a bill; null = it is known */
  otherGb: number | null
  /** share of the month in which the circuit is there */
  share: number
  /** where metered and unlimited cost the same; null = no such point */
  breakEven: bigint | null
  /** bytes of whole 30-day months before, newest first, as far as they are known */
  pastMonths: readonly bigint[]
  /** likely bytes of the months to come, next first */
  nextMonths: readonly bigint[]
  /** least saving a month, in the circuit's currency, that is worth an engineer's day: the setting `saving.least` */
  leastSaving: number
  /** how to make a change, step by step */
  planOf: (one: Alternative) => CostPlanStep[]
}
