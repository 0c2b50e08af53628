import { ownerGiving } from '#lib/azure/config/index.ts'
import {
  armKey,
  type CostFinding,
  type CostFindingsParameters,
  customerOf,
  type EpochMs,
  type ResponseOf,
} from '#lib/contract/index.ts'
import type { FindingBody } from '#lib/cost/index.ts'
import { costFindings, ownedResources, readCustomerRules, type StoredFinding } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type Db, queryable } from '../db.ts'
import { isoBounds, iso } from '../wire.ts'
import { costFreshness } from './projections.ts'

/** What checks of cost found: newest first by when it began. */
export async function getCostFindings(
  db: Db,
  { kind, state, limit, cursor }: CostFindingsParameters,
  now: EpochMs = Date.now(),
): Promise<ResponseOf<'costFindings'>> {
  const q = queryable(db)
  const open = state === undefined ? undefined : state === 'open'
  const { rows, nextCursor } = await costFindings(q, { kind, open, limit, cursor })
  const customers = await customersOf(q)
  return {
    data: rows.map((one) => findingView(one, customers)),
    asOf: iso(now),
    freshness: await costFreshness(q, now),
    nextCursor,
  }
}

/** As many findings as one digest has. */
const MOST = 500

/** What goes on, or went on at some time since a moment: what a digest holds, with the resources of each by short id. */
export async function readOpenFindings(
  q: Queryable,
  since: EpochMs,
): Promise<{ finding: CostFinding; resources: readonly string[] }[]> {
  const { rows } = await costFindings(q, { since, limit: MOST })
  const customers = await customersOf(q)
  return rows.map((one) => ({ finding: findingView(one, customers), resources: one.resources }))
}

/** Whose each resource is now, by short id. */
export async function customersOf(q: Queryable): Promise<ReadonlyMap<string, string | null>> {
  const rules = await readCustomerRules(q)
  const resources = await ownedResources(q)
  const byKey = new Map(resources.map((resource) => [armKey(resource.armKey), resource]))
  return new Map(
    resources.map((resource) => {
      const owner = ownerGiving(resource, byKey)
      return [resource.shortId, customerOf({ ...owner, id: owner.shortId }, rules)]
    }),
  )
}

/** The one customer that all of some resources belong to; null = none, or several. */
export function onlyCustomer(
  resources: readonly string[],
  customers: ReadonlyMap<string, string | null>,
): string | null {
  const all = new Set(resources.map((id) => customers.get(id) ?? null))
  const [only] = all
  return all.size === 1 ? (only ?? null) : null
}

function findingView(
  { id, kind, resources, started, ended, checkedAt, body }: StoredFinding,
  customers: ReadonlyMap<string, string | null>,
): CostFinding {
  // only the product writes it
  const stored = body as FindingBody
  return {
    ...stored,
    id,
    kind,
    customer: onlyCustomer(resources, customers),
    owner: null,
    startedBetween: isoBounds(started),
    endedBetween: ended && isoBounds(ended),
    checkedAt: iso(checkedAt),
  }
}
