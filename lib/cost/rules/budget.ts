import type { BudgetStanding, CostProjection } from '../api/index.ts'
import { bandTotalsOf, Decimal, moneyOf } from './money.ts'
import { currentBand } from './projection/project-circuit.ts'

/** A monthly spending limit for some circuits, with a responsible owner. */
export interface Budget extends Pick<BudgetStanding, 'id' | 'name' | 'owner' | 'customer'> {
  circuitIds: readonly string[]
  amount: string
  currency: string
}

/**
 * Compares a budget with projections. If circuits have no price or another currency, the state is unknown, unless the
 * other circuits are already over the budget.
 */
export function compareBudget(budget: Budget, projections: readonly CostProjection[]): BudgetStanding {
  const own = projections.filter(({ circuitId }) => budget.circuitIds.includes(circuitId))
  const bands = own.flatMap((one) => currentBand(one) ?? [])
  const projected = bandTotalsOf(bands).find(({ p50 }) => p50.currency === budget.currency) ?? null
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
    budget: moneyOf(limit, budget.currency),
    projected,
    // with unpriced circuits, the remaining amount is unknown, but the amount over the budget is a lower bound
    variance:
      projected && (isComplete || over('p50'))
        ? moneyOf(new Decimal(projected.p50.amount).minus(limit), budget.currency)
        : null,
    state: over('p10') ? 'over' : over('p50') ? 'likely_over' : isComplete && projected ? 'within' : 'unknown',
  }
}
