import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { type AccessScope, type EpochMs, forwardingTablePollKinds } from '#lib/contract/index.ts'
import {
  type N2Body,
  n2CaseSchema,
  type ResilienceEndpointResponse,
  type ResilienceCommandResult,
} from '../../api/index.ts'
import {
  requestDoubleLossRun,
  cancelDoubleLossRun,
  DoubleLossQueueFullError,
  readDoubleLossRun,
  readSingleLossRun,
} from '../../store/index.ts'
import { getReaderAudience, getReaderVisibility } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  getActorName,
  type ReadableDatabase,
  getSqlExecutor,
  LimitError,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
  announceStreamChange,
  narrowAccessScope,
  limitToAccessScope,
} from '#lib/questions/index.ts'

import { type LossPairsComputationResult, MAX_LOSS_PAIRS } from './compute-pairs.ts'

/**
 * Returns the latest results about the loss of two resources at the same time, and the progress of a computation that
 * is running.
 */
export async function getN2(
  db: ReadableDatabase,
  _parameters: object = {},
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceEndpointResponse<'n2'>> {
  const q = getSqlExecutor(db)
  const data = await n2Of(q)
  const sources = await readSources(q)
  return {
    data,
    ...buildFreshnessFields(findSupportingPolls(sources, forwardingTablePollKinds, now), now, data.finishedAt ?? now),
  }
}

async function n2Of(q: SqlExecutor): Promise<ResilienceEndpointResponse<'n2'>['data']> {
  const audience = getReaderAudience(q)
  const run = await readDoubleLossRun(q, audience)
  const isDone = run?.state === 'done'
  const { cases, found, independent, notComputed } = isDone ? (run.body as LossPairsComputationResult) : NOTHING_FOUND
  return {
    ...NOT_ASKED,
    ...run,
    isCurrent: isDone ? await isCurrent(q, audience, run.restsOn) : null,
    cases: n2CaseSchema.array().parse(cases),
    found,
    independent,
    notComputed,
    most: MAX_LOSS_PAIRS,
  }
}

const AT_NO_TIME = { requestedAt: null, requestedBy: null, startedAt: null, finishedAt: null }
const NOT_ASKED = { state: 'none' as const, ...AT_NO_TIME, done: 0, all: null, error: null, tablesAt: null }
const NOTHING_FOUND: Omit<LossPairsComputationResult, 'computed'> = {
  cases: [],
  found: 0,
  independent: 0,
  notComputed: 0,
}

/**
 * Reports whether the results about the loss of two resources are based on the current data, that is, on the same data
 * as the results about the loss of one resource, which are updated every minute. Null = there are no results about the
 * loss of one resource yet.
 */
async function isCurrent(q: SqlExecutor, audience: string, restsOn: string | null): Promise<boolean | null> {
  const single = await readSingleLossRun(q, audience)
  return single && single.restsOn === restsOn
}

/**
 * Requests the computation of the losses of all pairs of resources that a caller may see. If the current result is up
 * to date, nothing is done.
 * @throws LimitError if too many computations are waiting
 */
export async function computeN2(
  db: Database,
  { customer }: N2Body,
  scope: AccessScope,
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceCommandResult<'computeN2'>> {
  const own = narrowAccessScope(scope, customer)
  const reader = getSqlExecutor(await limitToAccessScope(db, own, now))
  const before = await n2Of(reader)
  if (before.isCurrent !== true) {
    const asked = { audience: getReaderAudience(reader), scope: own, by: getActorName(), at: now }
    await requestDoubleLossRun(db.pool, asked, getReaderVisibility(reader)).catch(full)
    await announceStreamChange(db.pool, ['resilience'], now)
  }
  return { data: await n2Of(reader) }
}

function full(error: unknown): never {
  if (!(error instanceof DoubleLossQueueFullError)) throw error
  throw new LimitError(`${error.message}: send this again when one is done.`, { status: 429, retryAfterSeconds: 60 })
}

/**
 * Cancels the computation of the losses of pairs that is waiting or running for the resources that a caller may see.
 */
export async function cancelN2(
  db: Database,
  { customer }: N2Body,
  scope: AccessScope,
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceCommandResult<'cancelN2'>> {
  const reader = getSqlExecutor(await limitToAccessScope(db, narrowAccessScope(scope, customer), now))
  await cancelDoubleLossRun(db.pool, getReaderAudience(reader), now)
  return { data: await n2Of(reader) }
}
