import { breakEvenFinding, cheaperOption, surge } from './circuit-rules.ts'
import type { FindingFacts, FindingLimits, BudgetFact } from './facts.ts'
import type { Judgement } from './fold-findings.ts'
import { unusedCircuit, unusedGateway } from './unused-rules.ts'
import { type CostMoney, moneyWords } from '#lib/contract/index.ts'
import { Decimal } from '../money.ts'
import type { BillingMonth } from '../usage/month.ts'

/** What every rule says of every circuit, gateway and budget. */
export function judge({ month, circuits, gateways, budgets }: FindingFacts, limits: FindingLimits): Judgement[] {
  return [
    ...circuits.flatMap((circuit) => [
      ...breakEvenFinding(circuit, month, limits),
      cheaperOption(circuit),
      ...surge(circuit, limits),
      ...unusedCircuit(circuit),
    ]),
    ...gateways.map(unusedGateway),
    ...budgets.map((budget) => overBudget(budget, month, limits)),
  ]
}

/** Of a budget over the circuits of several customers, nothing but the budget is named. */
function overBudget({ standing, customers }: BudgetFact, month: BillingMonth, limits: FindingLimits): Judgement {
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
