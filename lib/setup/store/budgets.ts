import { listBudgetsOfKind } from '#lib/azure/kinds/index.ts'
import {
  type RemainingArmRequests,
  findBudgetLimit,
  findRemainingRequests,
  type BudgetName,
  type EpochMs,
  isRegionalBudget,
  type PollOutcome,
  type PollError,
  type PollKind,
} from '#lib/contract/index.ts'
import type { ApiPolledSource } from '../api/index.ts'
import { DEFAULT_IDENTITY } from '#lib/platform/environment.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { toEpochMs } from '#lib/history/statements.ts'

/**
 * A request budget of Azure with its use, as the newest responses reported it. Subscription and region are in lower
 * case. `limit` is the documented limit, or, if it is greater, the number of remaining requests that Azure reported.
 */
export type StoredBudget = ApiPolledSource['budgets'][number]

/**
 * Identities of a subscription whose polls name no identity: only the default identity, which has the credential of the
 * environment.
 */
const ONE_IDENTITY: readonly string[] = [DEFAULT_IDENTITY]

interface Row {
  source_id: number
  kind: PollKind
  subscription_id: string
  location: string | null
  budget: RemainingArmRequests | null
  error: PollError | null
  last_outcome: PollOutcome | null
  last_finished_at: Date | null
}

/**
 * Returns a function that takes a source and a kind of poll, and returns the budgets that this scheduled poll uses. For
 * polls with the same budget, it returns the same object.
 * @param now current time; reports that are older than the time window of the budget are ignored
 */
export async function readBudgetsInUse(
  db: SqlExecutor,
  now: EpochMs,
): Promise<(sourceId: number, kind: PollKind) => StoredBudget[]> {
  const { rows } = await db.query<Row>(
    `SELECT ps.source_id, ps.kind, lower(r.subscription_id) AS subscription_id, lower(r.location) AS location, p.budget, p.error,
            p.last_outcome, p.last_finished_at
     FROM poll_schedule ps JOIN source s ON s.id = ps.source_id JOIN resource r ON r.id = s.resource_id
     LEFT JOIN poll_state p ON (p.source_id, p.kind) = (ps.source_id, ps.kind)
     ORDER BY p.last_finished_at NULLS FIRST`,
  )
  const budgets = new Map<string, StoredBudget>()
  const drawn = new Map<string, StoredBudget[]>()
  const identities = identitiesOf(rows)
  for (const row of rows) {
    const asking = identities.get(row.subscription_id) ?? ONE_IDENTITY
    const own = listBudgetsOfKind(row.kind).flatMap((name) =>
      isRegionalBudget(name)
        ? [budgetOf(budgets, row, name, null)]
        : asking.map((identity) => budgetOf(budgets, row, name, identity)),
    )
    drawn.set(`${row.source_id} ${row.kind}`, own)
    // The rows are sorted by the end of the poll, so that the newest report overwrites older ones.
    for (const budget of own) {
      if (budget.identity === null || budget.identity === askerOf(row, asking)) report(budget, row, now)
    }
  }
  return (sourceId, kind) => drawn.get(`${sourceId} ${kind}`) ?? []
}

/**
 * Returns the names of the identities that polled each subscription, sorted. A subscription without a named identity
 * has no entry.
 */
function identitiesOf(rows: readonly Row[]): ReadonlyMap<string, string[]> {
  const named = rows.flatMap(({ subscription_id, budget }) =>
    budget?.identity === undefined ? [] : [{ subscription: subscription_id, identity: budget.identity }],
  )
  return new Map(
    [...Map.groupBy(named, ({ subscription }) => subscription)].map(([subscription, of]) => [
      subscription,
      [...new Set(of.map(({ identity }) => identity))].toSorted(),
    ]),
  )
}

/**
 * Returns the identity whose budgets a poll's response reported. A response that names no identity was stored when
 * there was only one identity, so it is assigned to the first identity.
 */
const askerOf = ({ budget }: Row, asking: readonly string[]): string | undefined => budget?.identity ?? asking[0]

function budgetOf(
  budgets: Map<string, StoredBudget>,
  row: Row,
  name: BudgetName,
  identity: string | null,
): StoredBudget {
  const region = isRegionalBudget(name) ? row.location : null
  const key = `${name} ${row.subscription_id} ${region} ${identity}`
  const known = budgets.get(key)
  if (known) return known
  const budget = {
    name,
    subscriptionId: row.subscription_id,
    region,
    identity,
    ...findBudgetLimit(name, null),
    used: null,
  }
  budgets.set(key, budget)
  return budget
}

function report(budget: StoredBudget, row: Row, now: EpochMs): void {
  const at = toEpochMs(row.last_finished_at)
  if (at === null) return
  const refused = row.last_outcome === 'throttled' && row.error?.budget === budget.name
  const remaining = refused ? 0 : findRemainingRequests(budget.name, row.budget)
  if (remaining === null) return
  const { limit, windowSeconds } = findBudgetLimit(budget.name, remaining, row.budget)
  if (now - at > windowSeconds * 1_000) return
  Object.assign(budget, { limit, windowSeconds, used: limit - remaining })
}
