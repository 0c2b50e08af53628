import { type CostMoney, moneyWords } from '#lib/contract/index.ts'
import { Decimal } from '../money.ts'
import type { BillingMonth } from '../usage/month.ts'
import type { BudgetFact, FindingLimits } from './facts.ts'
import type { Judgement } from './fold-findings.ts'

/** Of a budget over the circuits of several customers, nothing but the budget is named. */
export function overBudget({ standing, customers }: BudgetFact, month: BillingMonth, limits: FindingLimits): Judgement {
  const { id, name, owner, budget, projected, variance, state, circuitIds } = standing
  const share = (amount: CostMoney) => new Decimal(amount.amount).dividedBy(budget.amount).toNumber()
  // where something has no price, the rest alone may still be over
  const isKnown = projected !== null && variance !== null && state !== 'unknown' && Number(budget.amount) > 0
  return {
    kind: 'forecast_over_budget',
    scope: id,
    detail: month.name,
    resources: circuitIds,
    lines: isKnown
      ? {
          above: share(projected.p50) > limits['budget.over'],
          below: share(projected.p50) < limits['budget.clear'],
        }
      : null,
    began: null,
    ended: null,
    body: {
      subject: { kind: 'budget', id: null, resourceId: null, name },
      customer: customers.length === 1 ? (customers[0] ?? null) : null,
      evidence: [
        {
          field: `forecast of ${month.name}`,
          before: `budget ${moneyWords(budget)}`,
          after: projected && variance ? `${moneyWords(projected.p50)}: ${moneyWords(variance)} over` : 'not known',
        },
        ...(projected && share(projected.p10) > limits['budget.over']
          ? [{ field: 'certainty', before: null, after: 'over the budget over the whole band' }]
          : []),
      ],
      amounts: { cost: projected, limit: budget, saving: null },
      remedy: `${owner} answers for the budget "${name}": raise it, or see in the weekly review what changed the figure.`,
      links: [{ label: 'Budgets', href: '/cost#budgets' }],
    },
  }
}
