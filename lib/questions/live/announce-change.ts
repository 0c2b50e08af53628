import type { EpochMs, StreamChange } from '#lib/contract/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { notifyListeners } from '#lib/platform/notifications/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso } from '../wire.ts'
import { CHANGES_CHANNEL } from './process-hub.ts'

/** Has every open page that shows these topics read them again; within a transaction once it is committed. */
export async function announceChange(
  db: Queryable,
  topics: StreamChange['topics'],
  now: EpochMs = databaseNow(),
): Promise<void> {
  const change: StreamChange = { topics, scope: null, at: iso(now) }
  await notifyListeners(db, CHANGES_CHANNEL, JSON.stringify(change))
}

/** Has every open stream ask whether its caller may still read: those of who may not end. */
export const announceAccess = (db: Queryable): Promise<void> => announceChange(db, ['access'])
