import type { SourceRef } from '#lib/history/index.ts'
import { isTemporaryFailure } from '#lib/platform/database-failure.ts'
import type { Logger } from '#lib/platform/log.ts'

/**
 * Runs a query that is not needed for recording a response. If it fails, returns a default, so that the response is
 * recorded anyway.
 * @param other the default
 */
export async function queryOrDefault<Found>(
  log: Pick<Logger, 'warn' | 'debug'>,
  { scope }: Pick<SourceRef, 'scope'>,
  other: Found,
  find: () => Promise<Found>,
): Promise<Found> {
  try {
    return await find()
  } catch (error) {
    // if the database is unavailable, recording the response waits for it and logs it
    log[isTemporaryFailure(error) ? 'debug' : 'warn'](
      { err: error, scope },
      'what follows from a poll could not be found out',
    )
    return other
  }
}
