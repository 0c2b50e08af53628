import type { Bounds, CostMoney } from '#lib/contract/index.ts'
import type { BudgetStanding } from '../../api/index.ts'
import type { CircuitUse, GatewayUse } from '../unused.ts'
import type { BillingMonth } from '../usage/month.ts'

/** Limits at which findings begin and end; shares, chances and rates with the same names as the settings. */
export interface FindingLimits {
  'budget.over': number
  'budget.clear': number
  'breakEven.chance': number
  'breakEven.clear': number
  'surge.times': number
  'surge.clear': number
  'surge.least': number
}

/** The last whole day of a metered circuit, compared with the same weekday of earlier weeks. */
export interface DayFact {
  bounds: Bounds
  bytes: bigint
  usual: bigint
  /** price of each billed GB of the circuit */
  rate: CostMoney
}

/** Facts about the cost of one circuit. */
export interface CircuitFact {
  id: string
  customer: string | null
  use: CircuitUse
  /** the last whole day; null = the circuit is not metered, or the bytes or usual bytes of the day are unknown */
  day: DayFact | null
  /** bounds of the time at which its bytes of the month reached the break-even; null = not reached, or not certainly */
  crossed: Bounds | null
}

export interface GatewayFact {
  id: string
  customer: string | null
  use: GatewayUse
}

export interface BudgetFact {
  standing: BudgetStanding
  /** customers of its circuits, each once */
  customers: readonly (string | null)[]
}

export interface FindingFacts {
  month: BillingMonth
  circuits: readonly CircuitFact[]
  gateways: readonly GatewayFact[]
  budgets: readonly BudgetFact[]
}
