import { SLO_BUCKET_SECONDS, slos } from '#lib/contract/index.ts'
import { setSloCounts } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { PROOF_CHANNEL } from './channels.ts'

/**
 * Number of notifications that were created in a time bucket, and number of those that were delivered in time (`good`).
 */
interface DeliveredInTime {
  /** start of the bucket, epoch milliseconds */
  bucket: EpochMs
  good: number
  total: number
}

/** Age up to which notifications are counted again. The state of older notifications is final. */
const BACK = '1 day'

/**
 * Counts the notifications of each bucket of `bucketSeconds`, and the notifications among them that their receiver
 * accepted in time. Notifications are left out if they may still be delivered in time, are held for a digest or were
 * part of one, or belong to removed channels.
 */
export async function notificationsInTime(
  db: Queryable,
  { withinSeconds, bucketSeconds }: { withinSeconds: number; bucketSeconds: number },
): Promise<DeliveredInTime[]> {
  const { rows } = await db.query<DeliveredInTime>(
    `SELECT extract(epoch FROM date_bin(make_interval(secs => $2), created_at, timestamptz 'epoch'))::float8 * 1000 AS bucket,
            (count(*) FILTER (WHERE delivered_at <= created_at + make_interval(secs => $1)))::int AS good, count(*)::int AS total
     FROM notification
     WHERE created_at > clock_timestamp() - interval '${BACK}'
       AND date_bin(make_interval(secs => $2), created_at, timestamptz 'epoch')
           <= clock_timestamp() - make_interval(secs => $1 + $2)
       AND state IN ('pending', 'delivered', 'failed') AND channel_id <> '${PROOF_CHANNEL}'
     GROUP BY 1 ORDER BY 1`,
    [withinSeconds, bucketSeconds],
  )
  return rows
}

/**
 * Counts the notifications of the last day for the service level objective. Each bucket is counted as a whole, so that
 * repeated counts give the same result.
 */
export async function countNotifications(db: Database): Promise<void> {
  const { withinSeconds } = slos.notifications_in_time
  const counted = await notificationsInTime(db.pool, { withinSeconds, bucketSeconds: SLO_BUCKET_SECONDS })
  await setSloCounts(db.pool, 'notifications_in_time', counted)
}
