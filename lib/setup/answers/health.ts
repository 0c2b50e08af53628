import type { DatabaseHealth } from '../api/index.ts'
import { readNewestPoll } from '#lib/history/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { type ReadableDatabase, getSqlExecutor, withTimeLimit, formatIsoOrNull } from '#lib/questions/index.ts'

/** Default maximum time in milliseconds for the query. A database that needs longer counts as unavailable. */
const PATIENCE_MS = 3_000

/** Returns whether the database answers, and the end of the newest recorded poll. Never throws. */
export async function getHealth(db: ReadableDatabase, patienceMs = PATIENCE_MS): Promise<DatabaseHealth> {
  try {
    const { at } = await withTimeLimit(readNewestPoll(getSqlExecutor(db)), patienceMs)
    return { status: 'ok', newestPollAt: formatIsoOrNull(at) }
  } catch (error) {
    createComponentLogger('answers').warn({ err: error }, 'the database does not answer')
    return { status: 'unavailable', newestPollAt: null }
  }
}
