import type { SourceRef } from '#lib/history/index.ts'
import { isTemporaryFailure } from '#lib/platform/database-failure.ts'
import type { Logger } from '#lib/platform/log.ts'

/**
 * Runs a query for the consequences of a response. If it fails, the alternative is used, so that the response is
 * recorded anyway.
 * @param other result if the query fails
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
    // recording waits for an unavailable database and logs it
    log[isTemporaryFailure(error) ? 'debug' : 'warn'](
      { err: error, scope },
      'what follows from a poll could not be found out',
    )
    return other
  }
}
