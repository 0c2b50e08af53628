import type { EpochMs, StreamChange } from '#lib/contract/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { notifyListeners } from '#lib/platform/notifications/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso } from '../wire.ts'
import { CHANGES_CHANNEL } from './process-hub.ts'

/**
 * Notifies every open page that shows these topics, so that it fetches them again. Within a transaction, the
 * notification is sent when the transaction is committed.
 */
export async function announceChange(
  db: Queryable,
  topics: StreamChange['topics'],
  now: EpochMs = databaseNow(),
): Promise<void> {
  const change: StreamChange = { topics, scope: null, at: iso(now) }
  await notifyListeners(db, CHANGES_CHANNEL, JSON.stringify(change))
}

/**
 * Notifies every open event stream to check whether its caller may still read; streams of callers who may not are
 * closed.
 */
export const announceAccess = (db: Queryable): Promise<void> => announceChange(db, ['access'])
