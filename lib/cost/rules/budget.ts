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
 * Compares a budget with the projected cost of its circuits. If a circuit has no price, or a price in another currency,
 * the result is `unknown`. Exception: if the other circuits already exceed the budget, the result is that it is
 * exceeded.
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
    // If a circuit has no price, the difference to the budget is unknown. If the other circuits already exceed the
    // budget, the difference is a minimum.
    variance:
      projected && (isComplete || over('p50'))
        ? formatMoneyAmount(new Decimal(projected.p50.amount).minus(limit), budget.currency)
        : null,
    state: over('p10') ? 'over' : over('p50') ? 'likely_over' : isComplete && projected ? 'within' : 'unknown',
  }
}
