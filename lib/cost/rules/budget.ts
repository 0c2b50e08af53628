import type { BudgetStatus, CostProjection } from '../api/index.ts'
import { sumPercentilesByCurrency, Decimal, formatMoneyAmount } from './money.ts'
import { findCurrentOfferCost } from './projection/project-circuit.ts'

/** A monthly spending limit for a list of circuits, with a responsible owner. */
export interface SpendingLimit extends Pick<BudgetStatus, 'id' | 'name' | 'owner' | 'customer'> {
  circuitIds: readonly string[]
  amount: string
  currency: string
}

/**
 * Compares a budget with the projected cost of its circuits. If a circuit has no price or another currency, the state
 * is unknown, unless the other circuits already exceed the budget.
 */
export function compareBudget(budget: SpendingLimit, projections: readonly CostProjection[]): BudgetStatus {
  const own = projections.filter(({ circuitId }) => budget.circuitIds.includes(circuitId))
  const bands = own.flatMap((one) => findCurrentOfferCost(one) ?? [])
  const projected = sumPercentilesByCurrency(bands).find(({ p50 }) => p50.currency === budget.currency) ?? null
  const isWhole = own.length === budget.circuitIds.length && bands.length === own.length
  const isOneCurrency = bands.every(({ p50 }) => p50.currency === budget.currency)
  const limit = new Decimal(budget.amount)
  const over = (of: 'p10' | 'p50') => projected !== null && limit.lessThan(projected[of].amount)
  const isComplete = isWhole && isOneCurrency
  const { id, name, owner, customer } = budget
  return {
    id,
    name,
    owner,
    customer,
    circuitIds: [...budget.circuitIds],
    budget: formatMoneyAmount(limit, budget.currency),
    projected,
    // the difference to the budget is unknown if circuits have no price; but if the others already exceed the budget,
    // it is a minimum
    variance:
      projected && (isComplete || over('p50'))
        ? formatMoneyAmount(new Decimal(projected.p50.amount).minus(limit), budget.currency)
        : null,
    state: over('p10') ? 'over' : over('p50') ? 'likely_over' : isComplete && projected ? 'within' : 'unknown',
  }
}
