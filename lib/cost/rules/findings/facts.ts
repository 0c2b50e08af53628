import type { Bounds, CostMoney } from '#lib/contract/index.ts'
import type { BudgetStanding } from '../../api/index.ts'
import type { CircuitUse, GatewayUse } from '../unused.ts'
import type { BillingMonth } from '../usage/month.ts'

/** The lines that findings begin above and end below; shares, chances and rates as the settings of the same names. */
export interface FindingLimits {
  'budget.over': number
  'budget.clear': number
  'breakEven.chance': number
  'breakEven.clear': number
  'surge.times': number
  'surge.clear': number
  'surge.least': number
}

/** The last whole day of a circuit that pays for its bytes, against the same weekday of the weeks before. */
export interface DayFact {
  bounds: Bounds
  bytes: bigint
  usual: bigint
  /** for each billed GB */
  rate: CostMoney
}

/** What is known of the cost of one circuit. */
export interface CircuitFact {
  id: string
  customer: string | null
  use: CircuitUse
  /** null = of a metered circuit: the day, or what is usual, is not known */
  day: DayFact | null
  /** when its bytes of the month reached the break-even; null = they have not, or not surely */
  crossed: Bounds | null
}

export interface GatewayFact {
  id: string
  customer: string | null
  use: GatewayUse
}

export interface BudgetFact {
  standing: BudgetStanding
  /** whose circuits it is for, each once */
  customers: readonly (string | null)[]
}

export interface FindingFacts {
  month: BillingMonth
  circuits: readonly CircuitFact[]
  gateways: readonly GatewayFact[]
  budgets: readonly BudgetFact[]
}
