import type { EpochMs, StreamChange } from '#lib/contract/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { sendMessageToPostgresChannel } from '#lib/platform/notifications/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIso } from '../iso-times.ts'
import { CHANGES_CHANNEL } from './process-hub.ts'

/**
 * Announces a change, so that every open page that shows one of these topics fetches its data again. If `db` is in a
 * transaction, the announcement is sent when the transaction commits.
 */
export async function announceStreamChange(
  db: SqlExecutor,
  topics: StreamChange['topics'],
  now: EpochMs = getDatabaseNow(),
): Promise<void> {
  const change: StreamChange = { topics, scope: null, at: formatIso(now) }
  await sendMessageToPostgresChannel(db, CHANGES_CHANNEL, JSON.stringify(change))
}

/**
 * Makes every open event stream check whether its caller still has the right to read. The stream is closed if the
 * caller does not.
 */
export const publishAccessChange = (db: SqlExecutor): Promise<void> => announceStreamChange(db, ['access'])
