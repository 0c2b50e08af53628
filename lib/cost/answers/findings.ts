import { databaseNow } from '#lib/platform/database-clock.ts'
import { type CostFinding, type CostFindingsParameters, costFinding, type ResponseOf } from '../api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { type CheckMemory, type FindingBody, findingKey, type Judgement } from '../rules/index.ts'
import { costFindings, type StoredFinding } from '#lib/history/index.ts'
import { costCheckMemory } from '../store/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type Db, queryable, encoded } from '#lib/questions/index.ts'

import { judgementsNow } from './current-facts.ts'
import { type Customers, customersOf } from './tco/customers-of.ts'
import { costAge } from './projections.ts'

/** What checks of cost found: newest first by when it began. */
export async function getCostFindings(
  db: Db,
  { kind, state, limit, cursor }: CostFindingsParameters,
  now: EpochMs = databaseNow(),
): Promise<ResponseOf<'costFindings'>> {
  const q = queryable(db)
  const open = state === undefined ? undefined : state === 'open'
  const { rows, nextCursor } = await costFindings(q, { kind, open, limit, cursor })
  const customers = await customersOf(q)
  const isAny = rows.some((one) => one.ended === null && isShownAsNow(one))
  const judged: ReadonlyMap<string, Judgement> = isAny ? await judgementsNow(q, customers, now) : new Map()
  const current = rows.map((one) => asJudgedNow(one, judged.get(findingKey(one)), now))
  return {
    data: current.filter(({ ended }) => !open || ended === null).map((one) => withCustomer(one, customers)),
    checkedAt: (await costCheckMemory<CheckMemory>(q))?.at ?? null,
    ...(await costAge(q, now)),
    nextCursor,
  }
}

/** A surge is of a day that is over; everything else stands in the review too. */
const isShownAsNow = ({ kind }: StoredFinding): boolean => kind !== 'egress_surge'

/**
 * A finding as the review shows its subject: a check an hour ago must not promise a saving beside a review that has another one, or none.
 * What does not hold any more ended since that check; what is not known any more stands, and says why.
 */
function asJudgedNow(one: StoredFinding, judged: Judgement | undefined, now: EpochMs): StoredFinding {
  if (one.ended !== null || !judged || !isShownAsNow(one)) return one
  // bytes that passed the line in this month stay passed, and only usage says when
  const isOver = judged.lines?.below && !judged.lines.above && one.kind !== 'break_even_passed'
  return isOver
    ? { ...one, ended: { earliest: one.checkedAt, latest: now } }
    : { ...one, body: judged.body, checkedAt: now }
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
  return rows.map((one) => ({ finding: encoded(costFinding, withCustomer(one, customers)), resources: one.resources }))
}

/** The one customer that all of some resources belong to; null = none, or several. */
function onlyCustomer(resources: readonly string[], customers: Customers): string | null {
  const all = new Set(resources.map((id) => customers.get(id) ?? null))
  const [only] = all
  return all.size === 1 ? (only ?? null) : null
}

const withCustomer = (
  { id, kind, resources, started, ended, checkedAt, body }: StoredFinding,
  customers: Customers,
): ResponseOf<'costFindings'>['data'][number] => ({
  // only the product writes it
  ...(body as FindingBody),
  id,
  kind,
  customer: onlyCustomer(resources, customers),
  owner: null,
  startedBetween: started,
  endedBetween: ended,
  checkedAt,
})
