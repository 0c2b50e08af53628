import type { PollObservation } from '#lib/contract/index.ts'
import { classifyDatabaseFailure, isTemporaryFailure } from '#lib/platform/database-failure.ts'
import { BackOff } from '#lib/platform/back-off.ts'
import type { PollCommitOutcome, UncommittedPollResult } from './commit-poll.ts'
import { commitSeconds } from '../metrics.ts'
import type { PollContext } from '../poll/poll-context.ts'
import { createEmptyRows } from '../poll/poll-without-rows.ts'

/**
 * Commits a poll. While the database is unavailable, it tries again, because Azure's response should not be lost. If
 * the response cannot be stored for another reason, a poll without rows is stored that shows this fault.
 * @throws the reason of `signal` if it aborts; the error of the database if even the poll without rows cannot be stored
 */
export async function commitUntilRecorded(
  context: PollContext,
  result: UncommittedPollResult,
  signal: AbortSignal,
): Promise<PollCommitOutcome> {
  const { commits, clock, log, estate } = context
  const { lease, observation } = result
  const backOff = new BackOff()
  for (;;) {
    const { readings } = estate
    try {
      const begun = clock.monotonic()
      const committed = await commits.commit(result)
      commitSeconds.observe({ kind: lease.kind }, (clock.monotonic() - begun) / 1000)
      return committed
    } catch (error) {
      // if the transaction got no database connection, it has not cached any resources
      if (classifyDatabaseFailure(error) !== 'pool_exhausted') estate.undone(readings)
      signal.throwIfAborted()
      if (isTemporaryFailure(error)) {
        if (!backOff.failing)
          log.warn({ err: error, scope: result.scope, kind: lease.kind }, 'recording waits for the database')
        await backOff.wait(signal)
        continue
      }
      if (observation.error?.code === NOT_RECORDED) throw error
      log.error({ err: error, scope: result.scope, kind: lease.kind }, 'a poll could not be recorded')
      return await commitUntilRecorded(
        context,
        { ...result, observation: notRecorded(observation), asksFor: [] },
        signal,
      )
    }
  }
}

const NOT_RECORDED = 'NOT_RECORDED'

/** Returns a poll without rows that shows that the response could not be stored. */
function notRecorded(observation: PollObservation): PollObservation {
  return {
    ...observation,
    rows: createEmptyRows(observation.kind),
    outcome: 'malformed',
    silentInstances: [],
    error: {
      code: NOT_RECORDED,
      detail: 'The answer was read, but could not be recorded. The worker log says why.',
      httpStatus: null,
      retryAfterSeconds: null,
      missingAction: null,
    },
  } as PollObservation
}
