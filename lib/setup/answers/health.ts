import type { Health } from '../api/index.ts'
import { newestPoll } from '#lib/history/index.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { type Db, queryable, inTime, isoOrNull } from '#lib/questions/index.ts'

/** A database that takes longer than this for one row does not answer. */
const PATIENCE_MS = 3_000

/** Whether the database answers, and the end of the newest recorded poll. Never throws. */
export async function getHealth(db: Db, patienceMs = PATIENCE_MS): Promise<Health> {
  try {
    const { at } = await inTime(newestPoll(queryable(db)), patienceMs)
    return { status: 'ok', newestPollAt: isoOrNull(at) }
  } catch (error) {
    componentLogger('answers').warn({ err: error }, 'the database does not answer')
    return { status: 'unavailable', newestPollAt: null }
  }
}
