import { judgeBreakEven, judgeCheaperOption, judgeUsageSurge } from './circuit-rules.ts'
import type {
  FindingInputs,
  FindingLimits,
  BudgetFindingInput,
  CircuitFindingInput,
  GatewayFindingInput,
} from './finding-facts.ts'
import type { FindingRuleResult } from './fold-findings.ts'
import { type MoneyAmount, formatCurrencyAmount } from '#lib/contract/index.ts'
import { Decimal, createEqualPercentiles } from '../money.ts'
import type { BillingMonth } from '../usage/month.ts'
import { type CircuitUse, findUnusedResources, isBandwidthNeeded } from '../unused-resources.ts'
import { createCircuitFindingFields } from './circuit-finding-fields.ts'

/** Returns the results of all rules for all circuits, gateways and budgets. */
export function judgeFindingRules(
  { month, circuits, gateways, budgets }: FindingInputs,
  limits: FindingLimits,
): FindingRuleResult[] {
  return [
    ...circuits.flatMap((circuit) => [
      ...judgeBreakEven(circuit, month, limits),
      judgeCheaperOption(circuit),
      ...judgeUsageSurge(circuit, limits),
      ...unusedCircuit(circuit),
    ]),
    ...gateways.map(unusedGateway),
    ...budgets.map((budget) => overBudget(budget, month, limits)),
  ]
}

/**
 * Decides whether the forecast cost exceeds a budget. If the circuits of the budget belong to several customers, the
 * finding has no customer.
 */
function overBudget(
  { standing, customers }: BudgetFindingInput,
  month: BillingMonth,
  limits: FindingLimits,
): FindingRuleResult {
  const { id, name, owner, budget, projected, variance, state, circuitIds } = standing
  const share = (amount: MoneyAmount) => new Decimal(amount.amount).dividedBy(budget.amount).toNumber()
  // The result is known even if a circuit has no price, provided that the other circuits already exceed the budget.
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
          before: `budget ${formatCurrencyAmount(budget)}`,
          after:
            projected && variance
              ? `${formatCurrencyAmount(projected.p50)}: ${formatCurrencyAmount(variance)} over`
              : 'not known',
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

/**
 * Conditions that must be true for deciding whether a circuit has a kind of unused capacity. If the condition of a kind
 * is false, the result for this kind is unknown.
 */
const KNOWN_BY = {
  not_provisioned: ({ providerState }) => providerState !== null,
  no_connection: ({ connections }) => connections !== null,
  premium_not_needed: ({ projection }) => projection.options.length > 0,
  bandwidth_not_needed: (use) => isBandwidthNeeded(use) !== null,
} as const satisfies Record<string, (use: CircuitUse) => boolean>

/** Returns a rule result for each kind of unused capacity of a circuit. */
function unusedCircuit(circuit: CircuitFindingInput): FindingRuleResult[] {
  const { common, ...about } = createCircuitFindingFields(circuit)
  const found = findUnusedResources([circuit.use], [])
  return (Object.keys(KNOWN_BY) as (keyof typeof KNOWN_BY)[]).map((kind) => {
    const one = found.find((finding) => finding.kind === kind)
    return {
      ...about,
      kind,
      detail: '',
      lines: KNOWN_BY[kind](circuit.use) ? { above: one !== undefined, below: one === undefined } : null,
      body: { ...common, ...bodyOfUnused(one) },
    }
  })
}

/** Decides whether a gateway has no connections. */
function unusedGateway({ id, customer, use }: GatewayFindingInput): FindingRuleResult {
  const [one] = findUnusedResources([], [use])
  const { name, resourceId, connections } = use
  return {
    kind: 'gateway_alone',
    scope: id,
    detail: '',
    resources: [id],
    lines: connections === null ? null : { above: one !== undefined, below: one === undefined },
    began: null,
    ended: null,
    body: {
      subject: { kind: 'gateway', id, resourceId, name },
      customer,
      links: [{ label: name, href: `/gateways/${id}` }],
      ...bodyOfUnused(one),
    },
  }
}

function bodyOfUnused(one: ReturnType<typeof findUnusedResources>[number] | undefined) {
  return {
    evidence: one ? [{ field: 'use', before: null, after: one.reason }] : [],
    amounts: {
      cost: one?.perMonth ? createEqualPercentiles(one.perMonth) : null,
      limit: null,
      saving: one?.saving ? createEqualPercentiles(one.saving) : null,
    },
    remedy: one?.remedy ?? '',
  }
}
