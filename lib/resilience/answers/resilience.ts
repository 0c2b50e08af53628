import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { checkAreas, checkKinds, checkRecords, type EpochMs, type PollKind, parseCheckId } from '#lib/contract/index.ts'
import {
  type CheckExemption,
  type ExemptionBody,
  exemptionSchema,
  MAX_EXEMPTION_MS,
  type ResilienceCheck,
  type ResilienceEndpointResponse,
  type ResilienceCommandResult,
} from '../api/index.ts'
import {
  saveExemption,
  readPostureExemptions,
  type StoredExemption,
  withdrawExemption as forgetExemption,
} from '../store/index.ts'
import { getReaderVisibility } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { sendMessageToPostgresChannel } from '#lib/platform/notifications/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { checkPosture, type CheckWithoutExemption, type PostureFacts, compareWorstFirst } from '../rules/index.ts'
import {
  getActorName,
  type ReadableDatabase,
  encodeWithSchema,
  getSqlExecutor,
  InvalidRequestError,
  NotFoundError,
  CHANGES_CHANNEL,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
  resolveResource,
  formatIso,
} from '#lib/questions/index.ts'
import { readWorstSingleLosses } from './single-losses/answers.ts'
import { readCustomersByResource } from '#lib/circuits/answers/index.ts'

import { readPostureFacts } from './posture-facts.ts'

/** Kinds of polls that the resilience checks depend on. */
export const CHECK_POLL_KINDS: readonly PollKind[] = ['inventory', 'peers', 'summary', 'arp']

/** Returns the results of all resilience checks for the resources that the caller may see, worst first. */
export async function getResilience(
  db: ReadableDatabase,
  _parameters: { customer?: string | undefined } = {},
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceEndpointResponse<'resilience'>> {
  const q = getSqlExecutor(db)
  const { checks } = await readChecks(q, now)
  const worst = await readWorstSingleLosses(q)
  const count = (state: ResilienceCheck['state']) => checks.filter((check) => check.state === state).length
  return {
    data: {
      checks,
      kinds: checkKinds.map((kind) => {
        const { name, meaning, area, subject, evidence } = checkRecords[kind]
        return { kind, name, meaning, area, areaName: checkAreas[area], subject, evidence }
      }),
      counts: { pass: count('pass'), fail: count('fail'), unknown: count('unknown'), exempt: count('exempt') },
      worstCases: worst?.cases ?? null,
      worstCasesAt: worst?.at ?? null,
    },
    ...buildFreshnessFields(findSupportingPolls(await readSources(q), CHECK_POLL_KINDS, now), now),
  }
}

/** Evaluates all resilience checks for the visible resources, worst first, and returns the facts that they use. */
export async function readChecks(
  q: SqlExecutor,
  now: EpochMs,
): Promise<{ facts: PostureFacts; checks: ResilienceEndpointResponse<'resilience'>['data']['checks'] }> {
  const exemptions = await readPostureExemptions(q, now)
  const customers = await readCustomersByResource(q)
  const facts = await readPostureFacts(q, now)
  const checks = checkPosture(facts)
    .map((found) => withExemption(found, exemptions.get(found.id), customers.get(found.scope) ?? null))
    .toSorted(compareWorstFirst)
  return { facts, checks }
}

/**
 * Applies an exemption to the result of a check. By an exemption, a user accepts the failure of a check until a date.
 * The result is unchanged if the check passes.
 */
const withExemption = (
  found: CheckWithoutExemption,
  kept: StoredExemption | undefined,
  customer: string | null,
): ResilienceEndpointResponse<'resilience'>['data']['checks'][number] => ({
  ...found,
  customer,
  state: kept && found.found !== 'pass' ? 'exempt' : found.found,
  exemption: kept ?? null,
})

/**
 * Stores an exemption, by which a user accepts the failure of a check until a moment. If the moment is in the past, the
 * exemption ends.
 * @throws NotFoundError if the check or its resource does not exist
 * @throws InvalidRequestError if the exemption would be too long
 */
export async function exemptCheck(
  db: Database,
  id: string,
  { reason, until }: ExemptionBody,
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceCommandResult<'exemptCheck'>> {
  const { scope } = await checkOf(db.pool, id)
  const end = Date.parse(until)
  if (end - now > MAX_EXEMPTION_MS)
    throw new InvalidRequestError('until: an exemption lasts 400 days at the most; then it is decided again')
  if (end <= now) return endCheckExemption(db, id, now)
  const kept = { checkId: id, scope, reason, by: getActorName(), at: now, until: end }
  await saveExemption(db.pool, kept)
  await announce(db.pool, scope, now)
  return { data: kept }
}

/**
 * Ends the exemption of a check, if it has one.
 * @throws NotFoundError if the check or its resource does not exist
 */
export async function endCheckExemption(
  db: Database,
  id: string,
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceCommandResult<'withdrawExemption'>> {
  const { scope } = await checkOf(db.pool, id)
  if (await forgetExemption(db.pool, id)) await announce(db.pool, scope, now)
  return { data: null }
}

/** Returns the exemption of a check, for the audit log; null if it has none. */
export const findCheckExemption = async (
  db: SqlExecutor,
  id: string,
  now: EpochMs = getDatabaseNow(),
): Promise<CheckExemption | null> =>
  encodeWithSchema(exemptionSchema.nullable(), (await readPostureExemptions(db, now)).get(id) ?? null)

/**
 * Checks that the caller may see the resource of a check.
 * @throws NotFoundError if the caller may not, or if the resource is shared with other customers
 */
export async function requireVisibleCheck(reader: ReadableDatabase, id: string): Promise<void> {
  const { scope } = await checkOf(getSqlExecutor(reader), id)
  const visible = getReaderVisibility(getSqlExecutor(reader))
  if (visible && !visible.shortIds.includes(scope)) throw noSuchCheck(id)
}

async function checkOf(q: SqlExecutor, id: string): Promise<{ scope: string }> {
  const read = parseCheckId(id)
  if (!read) throw noSuchCheck(id)
  const resource = await resolveResource(q, read.scope).catch((error: unknown) => {
    throw error instanceof NotFoundError ? noSuchCheck(id) : error
  })
  // An ARM id in place of the short id is refused, because the same check would otherwise have two ids.
  if (resource.id !== read.scope) throw noSuchCheck(id)
  return { scope: resource.id }
}

const noSuchCheck = (id: string) =>
  new NotFoundError(`there is no check ${JSON.stringify(id)}: take an id from /api/v1/resilience`)

const announce = (q: SqlExecutor, scope: string, now: EpochMs) =>
  sendMessageToPostgresChannel(
    q,
    CHANGES_CHANNEL,
    JSON.stringify({ topics: ['declarations'], scope, at: formatIso(now) }),
  )
