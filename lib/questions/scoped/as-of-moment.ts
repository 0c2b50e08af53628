import type { EpochMs, DataFreshnessToEncode, PollKind } from '#lib/contract/index.ts'
import { createPastReader } from '#lib/history/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type PollCoverageOfRange, readPollCoverageAtMoment } from '../range-coverage.ts'
import { type ReadableDatabase, getSqlExecutor } from '../db.ts'
import { NotFoundError } from '../errors.ts'
import { assertPastWithinHistory } from '../retention.ts'
import { copyOtherCustomersPaths } from './other-customers-paths.ts'
import { resolveResourceId } from '../resolve-scope.ts'
import { areIncidentsFinal } from '../store/index.ts'
import { readThresholdsInForce } from '../thresholds-in-force.ts'
import { formatIso } from '../iso-times.ts'

/** Parameters of a response that may be about a past moment. */
interface OfMoment {
  at: EpochMs | undefined
  kinds: readonly PollKind[]
  /** resource of the response, as short id or ARM id; absent = the whole estate */
  scope?: string
  /**
   * Whether the response contains conclusions about incidents (default), or only polled data. If it contains
   * conclusions, it is final (`settled`) only when the incidents of that time can no longer change
   */
  judged?: boolean
}

/**
 * Returns the response for a past moment. Only data that were known at this moment are used
 * (docs/adr/0265-a-moment-is-a-reader.md). If no moment is given, returns the current response.
 * @param answer computes the response from the given database access, with the given moment as the current time
 * @throws InvalidRequestError if the moment is in the future or older than the kept history; NotFoundError if the
 *   resource did not exist at that time
 */
export async function runQueryAsOfMoment<Answer extends { freshness: DataFreshnessToEncode }>(
  db: ReadableDatabase,
  { at, kinds, scope, judged = true }: OfMoment,
  answer: (reader: ReadableDatabase, now?: EpochMs) => Promise<Answer>,
  now: EpochMs = getDatabaseNow(),
): Promise<Answer & Partial<PollCoverageOfRange>> {
  if (at === undefined) return answer(db)
  const reader = createDatabaseReaderAsOfMoment(db, at, now)
  const found = await answer(reader, at).catch((error: unknown) => {
    throw error instanceof NotFoundError ? new NotFoundError(`as of ${formatIso(at)}: ${error.message}`) : error
  })
  const q = getSqlExecutor(db)
  const seen = await readPollCoverageAtMoment(q, { scope: await resolveResourceId(reader, scope), kinds, at, now })
  const settled = seen.settled === true && (!judged || (await isJudgedForGood(q, at, now)))
  return { ...found, freshness: freshnessThen(found.freshness), ...seen, settled }
}

async function isJudgedForGood(q: SqlExecutor, at: EpochMs, now: EpochMs): Promise<boolean> {
  const { 'memory.recent': recent } = await readThresholdsInForce(q)
  return areIncidentsFinal(q, { at, since: now - recent })
}

/**
 * Returns read-only database access whose queries return the data of a past moment.
 * @throws InvalidRequestError if the moment is in the future or older than the kept history
 */
export function createDatabaseReaderAsOfMoment(
  db: ReadableDatabase,
  at: EpochMs,
  now: EpochMs,
): ReturnType<typeof getSqlExecutor> {
  assertPastWithinHistory('at', at, now)
  const whole = getSqlExecutor(db)
  const reader = createPastReader(whole, at)
  copyOtherCustomersPaths(whole, reader, (of) => createPastReader(of, at))
  return reader
}

/**
 * Converts the freshness for a response about a past moment. For a past moment, the end of the last poll is known only
 * for polls that were late. Therefore `oldestPollAt` is set to the time of the oldest late poll.
 */
const freshnessThen = (then: DataFreshnessToEncode): DataFreshnessToEncode => ({
  ...then,
  oldestPollAt: then.latePollAt,
})
