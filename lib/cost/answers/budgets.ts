import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  type BudgetStatus,
  type CostBudget,
  costBudgetSchema,
  type CostBudgetsBody,
  type CostProjection,
  type CostEndpointResponse,
} from '../api/index.ts'
import { type EpochMs, isSameCustomer } from '#lib/contract/index.ts'
import { type SpendingLimit, compareBudget } from '../rules/index.ts'
import { type CostStatement, readCostStatements, getCostStatementsVersion } from '../store/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type ReadableDatabase, getSqlExecutor, InvalidRequestError } from '#lib/questions/index.ts'

import { readCustomersOfResources } from './tco/resource-customers.ts'
import { resolveBillingMonth, readCostContext } from './cost-context.ts'
import { resolveCircuitShortIds, saveCostStatements, requireStatementChange } from './statements.ts'
import { readAgeOfCostData, type ProjectionsWithCircuits, readSelectedProjections } from './projections.ts'

/**
 * Returns all budgets that were ever set, with author, time and reason. A budget that is currently in force also has a
 * comparison with the projected costs of this month.
 */
export async function computeCostBudgets(
  db: ReadableDatabase,
  now: EpochMs = getDatabaseNow(),
): Promise<CostEndpointResponse<'costBudgets'>> {
  const q = getSqlExecutor(db)
  const stored = await readCostStatements(q, 'budget')
  const inForce = selectInForce(stored, now)
  const owners = inForce.length > 0 ? await readCustomersOfResources(q) : new Map<string, string | null>()
  return {
    data: {
      version: getCostStatementsVersion(stored),
      budgets: stored.map((one) => ({ ...one, budget: costBudgetSchema.parse(one.body) })),
      standings:
        inForce.length > 0 ? standingsOf(inForce, await projectionsForBudgets(q, inForce, owners, now), owners) : [],
    },
    ...(await readAgeOfCostData(q, now)),
  }
}

/**
 * Returns the projections of the circuits for which a budget is in force, either by the circuit or by its customer.
 * Other circuits are left out, because computing all projections takes several seconds after the process started.
 */
async function projectionsForBudgets(
  q: SqlExecutor,
  inForce: readonly CostStatement[],
  owners: ReadonlyMap<string, string | null>,
  now: EpochMs,
): Promise<ProjectionsWithCircuits> {
  const limits = inForce.map(({ body }) => costBudgetSchema.parse(body).for)
  const ids = new Set(limits.flatMap((one) => (one.kind === 'circuits' ? one.circuitIds : [])))
  const customers = limits.flatMap((one) => (one.kind === 'customer' ? [one.customer] : []))
  const isOfCustomer = (name: string | null) => customers.some((customer) => isSameCustomer(name, customer))
  for (const [id, owner] of owners) if (isOfCustomer(owner)) ids.add(id)
  const frame = await readCostContext(q, resolveBillingMonth(undefined, now), now)
  return readSelectedProjections(
    q,
    frame,
    JSON.stringify([customers, [...ids]]),
    ({ resource: { id, subscriptionId } }) => ids.has(id) || isOfCustomer(subscriptionId),
  )
}

/**
 * Sets new budgets and withdraws others.
 * @throws InvalidRequestError if the request changes nothing, or the name of a budget is already in use
 * @throws NotFoundError if a circuit does not exist
 * @throws ConflictError if `version` is not the current version
 */
export async function putCostBudgets(
  db: Database,
  { version, set, withdraw, why }: CostBudgetsBody,
  now: EpochMs = getDatabaseNow(),
): Promise<CostEndpointResponse<'costBudgets'>> {
  requireStatementChange('set', set, withdraw)
  const make = async (q: SqlExecutor) => {
    await requireOwnNames(q, set, withdraw)
    return Promise.all(
      set.map(async (one) =>
        one.for.kind === 'circuits'
          ? { ...one, for: { ...one.for, circuitIds: await resolveCircuitShortIds(q, one.for.circuitIds) } }
          : one,
      ),
    )
  }
  await saveCostStatements(db, 'budget', { version, make, withdraw, why, at: now })
  return computeCostBudgets(db, now)
}

/**
 * Rejects a budget with the name of another budget in force. A cost finding names its budget, so two budgets with the
 * same name could not be told apart.
 */
async function requireOwnNames(q: SqlExecutor, set: readonly CostBudget[], withdraw: readonly string[]): Promise<void> {
  const standing = (await readCostStatements(q, 'budget')).filter(
    ({ id, withdrawn }) => withdrawn === null && !withdraw.includes(id),
  )
  const names = [...standing.map(({ body }) => costBudgetSchema.parse(body).name), ...set.map(({ name }) => name)]
  const taken = names.find((name, i) => names.indexOf(name) < i)
  if (taken !== undefined) {
    throw new InvalidRequestError(`set: there is a budget "${taken}" already; withdraw it in the same change`)
  }
}

/**
 * Compares the budgets that are in force at a moment with projections of a month, and returns for each budget whether
 * the projected cost exceeds it.
 */
export async function readBudgetStatuses(
  q: SqlExecutor,
  projected: ProjectionsWithCircuits,
  at: EpochMs,
): Promise<BudgetStatus[]> {
  const inForce = selectInForce(await readCostStatements(q, 'budget'), at)
  return inForce.length > 0 ? standingsOf(inForce, projected, await readCustomersOfResources(q)) : []
}

/** Returns the budgets that are in force at a moment. */
const selectInForce = (stored: readonly CostStatement[], at: EpochMs): CostStatement[] =>
  stored.filter(({ made, withdrawn }) => made.at <= at && (withdrawn === null || at < withdrawn.at))

function standingsOf(
  inForce: readonly CostStatement[],
  { circuits, projections }: ProjectionsWithCircuits,
  owners: ReadonlyMap<string, string | null>,
): BudgetStatus[] {
  const customers = new Map(
    circuits.map(({ resource: { id, subscriptionId } }) => [id, [owners.get(id) ?? null, subscriptionId]]),
  )
  return inForce.map((one) => compareBudget(budgetOf(one, projections.circuits, customers), projections.circuits))
}

function budgetOf(
  { id, body }: CostStatement,
  projections: readonly CostProjection[],
  customers: ReadonlyMap<string, readonly (string | null)[]>,
): SpendingLimit {
  const { for: whom, ...budget } = costBudgetSchema.parse(body)
  if (whom.kind === 'circuits') return { ...budget, id, customer: null, circuitIds: whom.circuitIds }
  const own = projections.filter(({ circuitId }) =>
    customers.get(circuitId)?.some((name) => isSameCustomer(name, whom.customer)),
  )
  return { ...budget, id, customer: whom.customer, circuitIds: own.map(({ circuitId }) => circuitId) }
}
