import type { StreamChange } from '#lib/contract/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { notifyListeners } from '#lib/platform/notifications/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso } from '../wire.ts'
import { CHANGES_CHANNEL } from './process-hub.ts'

/** Has every open stream ask whether its caller may still read: those of who may not end. */
export async function announceAccess(db: Queryable): Promise<void> {
  const change: StreamChange = { topics: ['access'], scope: null, at: iso(databaseNow()) }
  await notifyListeners(db, CHANGES_CHANNEL, JSON.stringify(change))
}
