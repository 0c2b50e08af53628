import type { EpochMs, StoredFreshness, PollKind } from '#lib/contract/index.ts'
import { pastReader } from '#lib/history/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type Covered, coveredAt } from '../covered.ts'
import { type Db, queryable } from '../db.ts'
import { NotFoundError } from '../errors.ts'
import { assertPast } from '../retention.ts'
import { carryOthersPaths } from './others-paths.ts'
import { resolveScope } from '../scope.ts'
import { areIncidentsFinal } from '../store/index.ts'
import { thresholdsInForce } from '../thresholds-in-force.ts'
import { iso } from '../wire.ts'

/** What an answer about a moment rests on. */
interface OfMoment {
  at: EpochMs | undefined
  kinds: readonly PollKind[]
  /** the one resource that it is about, by short id or ARM id */
  scope?: string
  /** false: nothing but what was read. Else it says what incidents make of that, and while one of then may still be judged otherwise, so may it */
  judged?: boolean
}

/**
 * The answer of a moment: what was answered then, or would have been, by what was known then (docs/adr/0265-a-moment-is-a-reader.md). Without
 * a moment, the answer of now.
 * @param answer makes the answer from what it is given to read, as of the moment that it is given as now
 * @throws InvalidRequestError for a moment that lies ahead, or is not kept; NotFoundError for what was not there then
 */
export async function asOfMoment<Answer extends { freshness: StoredFreshness }>(
  db: Db,
  { at, kinds, scope, judged = true }: OfMoment,
  answer: (reader: Db, now?: EpochMs) => Promise<Answer>,
  now: EpochMs = databaseNow(),
): Promise<Answer & Partial<Covered>> {
  if (at === undefined) return answer(db)
  const reader = readerAt(db, at, now)
  const found = await answer(reader, at).catch((error: unknown) => {
    throw error instanceof NotFoundError ? new NotFoundError(`as of ${iso(at)}: ${error.message}`) : error
  })
  const q = queryable(db)
  const seen = await coveredAt(q, { scope: await resolveScope(reader, scope), kinds, at, now })
  const settled = seen.settled === true && (!judged || (await isJudgedForGood(q, at, now)))
  return { ...found, freshness: freshnessThen(found.freshness), ...seen, settled }
}

async function isJudgedForGood(q: Queryable, at: EpochMs, now: EpochMs): Promise<boolean> {
  const { 'memory.recent': recent } = await thresholdsInForce(q)
  return areIncidentsFinal(q, { at, since: now - recent })
}

/** What reads as of a moment. @throws InvalidRequestError for a moment that lies ahead, or is not kept */
export function readerAt(db: Db, at: EpochMs, now: EpochMs): ReturnType<typeof queryable> {
  assertPast('at', at, now)
  const whole = queryable(db)
  const reader = pastReader(whole, at)
  carryOthersPaths(whole, reader, (of) => pastReader(of, at))
  return reader
}

/** While polls went on, when the last of them ended is not kept. */
const freshnessThen = (then: StoredFreshness): StoredFreshness => ({ ...then, oldestPollAt: then.latePollAt })
