import type { Bounds, CostMoney } from '#lib/contract/index.ts'
import type { BudgetStatus } from '../../api/index.ts'
import type { CircuitUse, GatewayUse } from '../unused-resources.ts'
import type { BillingMonth } from '../usage/month.ts'

/** Settings that decide when a finding begins and ends; each field has the name of its setting. */
export interface FindingLimits {
  'budget.over': number
  'budget.clear': number
  'breakEven.chance': number
  'breakEven.clear': number
  'surge.times': number
  'surge.clear': number
  'surge.least': number
}

/** Bytes of the last whole day of a metered circuit, and the usual bytes of this weekday. */
export interface DayFindingInput {
  bounds: Bounds
  bytes: bigint
  usual: bigint
  /** Price of a GB of the circuit's outbound data. */
  rate: CostMoney
}

/** Facts about one circuit for the rules of cost findings. */
export interface CircuitFindingInput {
  id: string
  customer: string | null
  use: CircuitUse
  /**
   * Bytes of the circuit's last whole day; null = the circuit is not metered, or the bytes of the day or of earlier
   * weeks are unknown.
   */
  day: DayFindingInput | null
  /**
   * Earliest and latest time at which the circuit's bytes of the month reached the break-even; null = not reached, or
   * not certain.
   */
  crossed: Bounds | null
}

export interface GatewayFindingInput {
  id: string
  customer: string | null
  use: GatewayUse
}

export interface BudgetFindingInput {
  standing: BudgetStatus
  /** Customers of the budget's circuits, each once; null = a circuit without a customer. */
  customers: readonly (string | null)[]
}

export interface FindingInputs {
  month: BillingMonth
  circuits: readonly CircuitFindingInput[]
  gateways: readonly GatewayFindingInput[]
  budgets: readonly BudgetFindingInput[]
}
