import { SLO_BUCKET_SECONDS, slos } from '#lib/contract/index.ts'
import { setSloCounts } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { notificationsInTime } from './in-time-store.ts'

/** Counts the notifications of the last day for their objective: each bucket as a whole, so that it is the same however often. */
export async function countNotifications(db: Database): Promise<void> {
  const { withinSeconds } = slos.notifications_in_time
  const counted = await notificationsInTime(db.pool, { withinSeconds, bucketSeconds: SLO_BUCKET_SECONDS })
  await setSloCounts(db.pool, 'notifications_in_time', counted)
}
