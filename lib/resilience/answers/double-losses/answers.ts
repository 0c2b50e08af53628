import { databaseNow } from '#lib/platform/database-clock.ts'
import { type AccessScope, type EpochMs, forwardingTables } from '#lib/contract/index.ts'
import { type N2Body, n2Case, type ResponseOf, type ResultOf } from '../../api/index.ts'
import {
  requestDoubleLosses,
  cancelDoubleLosses,
  DoubleLossesFull,
  doubleLossRun,
  singleLossRun,
} from '../../store/index.ts'
import { audienceOfReader, visibleTo } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import {
  actor,
  type Db,
  queryable,
  LimitError,
  ageOf,
  findSupportingPolls,
  readSources,
  announceChange,
  narrowScope,
  scopedTo,
} from '#lib/questions/index.ts'

import { type ComputedPairs, MAX_PAIRS } from './compute.ts'

/** Returns the latest results for pairs of losses, and the progress of the computation. */
export async function getN2(db: Db, _parameters: object = {}, now: EpochMs = databaseNow()): Promise<ResponseOf<'n2'>> {
  const q = queryable(db)
  const data = await n2Of(q)
  const sources = await readSources(q)
  return {
    data,
    ...ageOf(findSupportingPolls(sources, forwardingTables, now), now, data.finishedAt ?? now),
  }
}

async function n2Of(q: Queryable): Promise<ResponseOf<'n2'>['data']> {
  const audience = audienceOfReader(q)
  const run = await doubleLossRun(q, audience)
  const isDone = run?.state === 'done'
  const { cases, found, independent, notComputed } = isDone ? (run.body as ComputedPairs) : NOTHING_FOUND
  return {
    ...NOT_ASKED,
    ...run,
    isCurrent: isDone ? await isCurrent(q, audience, run.restsOn) : null,
    cases: n2Case.array().parse(cases),
    found,
    independent,
    notComputed,
    most: MAX_PAIRS,
  }
}

const AT_NO_TIME = { requestedAt: null, requestedBy: null, startedAt: null, finishedAt: null }
const NOT_ASKED = { state: 'none' as const, ...AT_NO_TIME, done: 0, all: null, error: null, tablesAt: null }
const NOTHING_FOUND: Omit<ComputedPairs, 'computed'> = { cases: [], found: 0, independent: 0, notComputed: 0 }

/**
 * Reports whether the double losses were computed from the same data as the latest single losses, which are checked
 * once a minute; null = single losses were not computed yet.
 */
async function isCurrent(q: Queryable, audience: string, restsOn: string | null): Promise<boolean | null> {
  const single = await singleLossRun(q, audience)
  return single && single.restsOn === restsOn
}

/**
 * Requests the computation of pairs of losses for a caller's scope, unless a current result exists.
 * @throws LimitError if too many scopes are waiting
 */
export async function computeN2(
  db: Database,
  { customer }: N2Body,
  scope: AccessScope,
  now: EpochMs = databaseNow(),
): Promise<ResultOf<'computeN2'>> {
  const own = narrowScope(scope, customer)
  const reader = queryable(await scopedTo(db, own, now))
  const before = await n2Of(reader)
  if (before.isCurrent !== true) {
    const asked = { audience: audienceOfReader(reader), scope: own, by: actor(), at: now }
    await requestDoubleLosses(db.pool, asked, visibleTo(reader)).catch(full)
    await announceChange(db.pool, ['resilience'], now)
  }
  return { data: await n2Of(reader) }
}

function full(error: unknown): never {
  if (!(error instanceof DoubleLossesFull)) throw error
  throw new LimitError(`${error.message}: send this again when one is done.`, { status: 429, retryAfterSeconds: 60 })
}

/** Cancels the waiting or running computation of a caller's scope. */
export async function cancelN2(
  db: Database,
  { customer }: N2Body,
  scope: AccessScope,
  now: EpochMs = databaseNow(),
): Promise<ResultOf<'cancelN2'>> {
  const reader = queryable(await scopedTo(db, narrowScope(scope, customer), now))
  await cancelDoubleLosses(db.pool, audienceOfReader(reader), now)
  return { data: await n2Of(reader) }
}
