import { setTimeout as delay } from 'node:timers/promises'
import { classifyDatabaseFailure } from '#lib/platform/database-failure.ts'
import type { Logger } from '#lib/platform/log.ts'

const RETRY_MS = 1_000

/**
 * Runs work in the database. While the database is unavailable, it tries again.
 * @throws any other error of the work, for example because the data is invalid; an error if `signal` aborts while the
 *   database is unavailable
 */
export async function retryWhileDatabaseFails<Result>(
  work: () => Promise<Result>,
  { log, signal }: { log: Logger; signal: AbortSignal },
): Promise<Result> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (classifyDatabaseFailure(error) === null || signal.aborted) throw error
      log.warn({ err: error }, 'not recorded; what routers report waits, and is tried again')
      await delay(RETRY_MS, undefined, { signal })
    }
  }
}
