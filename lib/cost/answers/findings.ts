import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  type CostFinding,
  type CostFindingsParameters,
  costFindingSchema,
  type CostEndpointResponse,
} from '../api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { type FindingCheckMemory, type FindingBody, formatFindingKey, type FindingRuleResult } from '../rules/index.ts'
import { readCostFindings, type StoredFinding } from '#lib/history/index.ts'
import { readCostCheckMemory } from '../store/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type ReadableDatabase, getSqlExecutor, encodeWithSchema } from '#lib/questions/index.ts'

import { readCurrentRuleResults } from './current-facts.ts'
import { type CustomerByResource, readCustomersOfResources } from './tco/resource-customers.ts'
import { readAgeOfCostData } from './projections.ts'

/** Returns the findings of cost checks, newest begin first. */
export async function getCostFindings(
  db: ReadableDatabase,
  { kind, state, limit, cursor }: CostFindingsParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<CostEndpointResponse<'costFindings'>> {
  const q = getSqlExecutor(db)
  const open = state === undefined ? undefined : state === 'open'
  const { rows, nextCursor } = await readCostFindings(q, { kind, open, limit, cursor })
  const customers = await readCustomersOfResources(q)
  const isAny = rows.some((one) => one.ended === null && isShownAsNow(one))
  const judged: ReadonlyMap<string, FindingRuleResult> = isAny
    ? await readCurrentRuleResults(q, customers, now)
    : new Map()
  const current = rows.map((one) => asJudgedNow(one, judged.get(formatFindingKey(one)), now))
  return {
    data: current.filter(({ ended }) => !open || ended === null).map((one) => withCustomer(one, customers)),
    checkedAt: (await readCostCheckMemory<FindingCheckMemory>(q))?.at ?? null,
    ...(await readAgeOfCostData(q, now)),
    nextCursor,
  }
}

/**
 * Reports whether the rules can evaluate a finding of this kind again with current facts. That is not possible for a
 * surge of outbound traffic, because it is about a past day.
 */
const isShownAsNow = ({ kind }: StoredFinding): boolean => kind !== 'egress_surge'

/**
 * Returns an open finding as the rules evaluate it with current facts. The stored result may be an hour old, and the
 * finding must not show another saving than the weekly review. If the problem no longer exists, the finding gets an end
 * between the last check and now. If the rules cannot decide, the finding stays open with the reason.
 */
function asJudgedNow(one: StoredFinding, judged: FindingRuleResult | undefined, now: EpochMs): StoredFinding {
  if (one.ended !== null || !judged || !isShownAsNow(one)) return one
  // A break-even that was passed stays passed for the rest of the month, because the bytes of a month only increase.
  // When it was passed follows only from the usage, which is not read here.
  const isOver = judged.lines?.below && !judged.lines.above && one.kind !== 'break_even_passed'
  return isOver
    ? { ...one, ended: { earliest: one.checkedAt, latest: now } }
    : { ...one, body: judged.body, checkedAt: now }
}

/** Maximum number of findings in a digest. */
const MAX_DIGEST_FINDINGS = 500

/**
 * Returns the findings that were open at any time since a moment, each with the short IDs of its resources, for a
 * digest mail.
 */
export async function readOpenFindings(
  q: SqlExecutor,
  since: EpochMs,
): Promise<{ finding: CostFinding; resources: readonly string[] }[]> {
  const { rows } = await readCostFindings(q, { since, limit: MAX_DIGEST_FINDINGS })
  const customers = await readCustomersOfResources(q)
  return rows.map((one) => ({
    finding: encodeWithSchema(costFindingSchema, withCustomer(one, customers)),
    resources: one.resources,
  }))
}

/**
 * Returns the customer to whom all given resources belong. Null if they belong to different customers, or if one of
 * them has no customer.
 */
function onlyCustomer(resources: readonly string[], customers: CustomerByResource): string | null {
  const all = new Set(resources.map((id) => customers.get(id) ?? null))
  const [only] = all
  return all.size === 1 ? (only ?? null) : null
}

const withCustomer = (
  { id, kind, resources, started, ended, checkedAt, body }: StoredFinding,
  customers: CustomerByResource,
): CostEndpointResponse<'costFindings'>['data'][number] => ({
  // the stored body is not validated, because only Peerwatch writes it
  ...(body as FindingBody),
  id,
  kind,
  customer: onlyCustomer(resources, customers),
  owner: null,
  startedBetween: started,
  endedBetween: ended,
  checkedAt,
})
