import type { BudgetStatus, CostProjection } from '../api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import {
  getBillingMonth,
  type BudgetFindingInput,
  type CircuitFindingInput,
  type CostContext,
  formatFindingKey,
  type FindingInputs,
  type GatewayFindingInput,
  type FindingRuleResult,
  judgeFindingRules,
} from '../rules/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readThresholdsInForce } from '#lib/questions/index.ts'
import { readBudgetStatuses } from './budgets.ts'
import type { CostCircuit } from './circuits/circuit-inputs.ts'
import type { CustomerByResource } from './tco/resource-customers.ts'
import { readCostContext } from './cost-context.ts'
import { type ProjectionsWithCircuits, readRecentProjections } from './projections.ts'
import { buildCircuitUse, readGatewayUses } from './unused-resources.ts'

/**
 * Facts about a circuit that are computed from its usage: its last whole day, and the time at which it reached the
 * break-even.
 */
type FromUsage = Pick<CircuitFindingInput, 'day' | 'crossed'>

/**
 * Returns the facts from which the rules for cost findings decide. The weekly review uses the same projections, budgets
 * and resources.
 * @param fromUsage returns the facts about one circuit that are computed from its usage
 */
export async function readFindingInputs(
  q: SqlExecutor,
  frame: CostContext,
  customers: CustomerByResource,
  fromUsage: (standing: CostCircuit, projection: CostProjection) => Promise<FromUsage>,
): Promise<FindingInputs> {
  const projected = await readRecentProjections(q, frame)
  return {
    month: frame.month,
    circuits: await circuitFacts(projected, customers, fromUsage),
    gateways: await gatewayFacts(q, frame, customers),
    budgets: budgetFacts(await readBudgetStatuses(q, projected, frame.now), customers),
  }
}

/**
 * Values that mean "unknown". They are used when a finding is shown, because reading the usage of a circuit would take
 * too long.
 */
const NOT_READ: FromUsage = { day: null, crossed: null }

/**
 * Applies the rules for cost findings to the current facts, and returns each result by the key of its finding. Rules
 * that need the usage of a circuit have an unknown result, because the usage is not read here.
 */
export async function readCurrentRuleResults(
  q: SqlExecutor,
  customers: CustomerByResource,
  now: EpochMs,
): Promise<ReadonlyMap<string, FindingRuleResult>> {
  const frame = await readCostContext(q, getBillingMonth(now), now)
  const facts = await readFindingInputs(q, frame, customers, async () => NOT_READ)
  return new Map(judgeFindingRules(facts, await readThresholdsInForce(q)).map((one) => [formatFindingKey(one), one]))
}

async function circuitFacts(
  { circuits, projections }: ProjectionsWithCircuits,
  customers: CustomerByResource,
  fromUsage: (standing: CostCircuit, projection: CostProjection) => Promise<FromUsage>,
): Promise<CircuitFindingInput[]> {
  const facts: CircuitFindingInput[] = []
  for (const standing of circuits) {
    const { id } = standing.resource
    const projection = projections.circuits.find(({ circuitId }) => circuitId === id)
    if (!projection || standing.removedAt !== null) continue
    const use = buildCircuitUse(standing, projection)
    facts.push({ id, customer: customers.get(id) ?? null, use, ...(await fromUsage(standing, projection)) })
  }
  return facts
}

async function gatewayFacts(
  q: SqlExecutor,
  frame: CostContext,
  customers: CustomerByResource,
): Promise<GatewayFindingInput[]> {
  return (await readGatewayUses(q, frame)).map((use) => {
    const id = computeShortId(use.resourceId)
    return { id, customer: customers.get(id) ?? null, use }
  })
}

const budgetFacts = (standings: readonly BudgetStatus[], customers: CustomerByResource): BudgetFindingInput[] =>
  standings.map((standing) => ({
    standing,
    customers: [...new Set(standing.circuitIds.map((id) => customers.get(id) ?? null))],
  }))
