import type { TimestampBounds, MoneyAmount } from '#lib/contract/index.ts'
import type { BudgetStatus } from '../../api/index.ts'
import type { CircuitUse, GatewayUse } from '../unused-resources.ts'
import type { BillingMonth } from '../usage/month.ts'

/** Limits at which a finding begins or ends. Each field has the name of the setting from which it comes. */
export interface FindingLimits {
  'budget.over': number
  'budget.clear': number
  'breakEven.chance': number
  'breakEven.clear': number
  'surge.times': number
  'surge.clear': number
  'surge.least': number
}

/** Bytes of the last whole day of a metered circuit, and the usual number of bytes on the same weekday. */
export interface DayFindingInput {
  bounds: TimestampBounds
  bytes: bigint
  usual: bigint
  /** Price of a GB of the circuit's outbound data. */
  rate: MoneyAmount
}

/** Facts about one circuit for the rules of cost findings. */
export interface CircuitFindingInput {
  id: string
  customer: string | null
  use: CircuitUse
  /**
   * Bytes of the circuit's last whole day; null = the circuit is not metered, or the bytes of that day or of the
   * earlier weeks are unknown.
   */
  day: DayFindingInput | null
  /**
   * Earliest and latest time at which the bytes of the month reached the break-even; null = they did not, or it is not
   * certain that they did.
   */
  crossed: TimestampBounds | null
}

export interface GatewayFindingInput {
  id: string
  customer: string | null
  use: GatewayUse
}

export interface BudgetFindingInput {
  standing: BudgetStatus
  /** Customers to whom the budget's circuits belong, each once. An entry is null if a circuit has no customer. */
  customers: readonly (string | null)[]
}

export interface FindingInputs {
  month: BillingMonth
  circuits: readonly CircuitFindingInput[]
  gateways: readonly GatewayFindingInput[]
  budgets: readonly BudgetFindingInput[]
}
