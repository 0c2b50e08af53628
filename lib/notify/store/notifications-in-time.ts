import { SLO_BUCKET_SECONDS, sloDefinitions } from '#lib/contract/index.ts'
import { replaceSloCounts } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { ALERTING_PROOF_CHANNEL_ID } from './channels.ts'

/**
 * Numbers of notifications that were created in a time bucket: all of them (`total`), and those that were delivered in
 * time (`good`).
 */
interface DeliveredInTime {
  /** start of the bucket, epoch milliseconds */
  bucket: EpochMs
  good: number
  total: number
}

/** Maximum age of a bucket whose notifications are counted again. The counts of older buckets are final. */
const BACK = '1 day'

/**
 * Counts the notifications in each bucket, and the notifications that their receiver accepted within `withinSeconds`.
 * Excludes buckets whose notifications may still arrive in time, and notifications that are held for a digest, part of
 * a digest or dropped.
 */
export async function countNotificationsInTime(
  db: SqlExecutor,
  { withinSeconds, bucketSeconds }: { withinSeconds: number; bucketSeconds: number },
): Promise<DeliveredInTime[]> {
  const { rows } = await db.query<DeliveredInTime>(
    `SELECT extract(epoch FROM date_bin(make_interval(secs => $2), created_at, timestamptz 'epoch'))::float8 * 1000 AS bucket,
            (count(*) FILTER (WHERE delivered_at <= created_at + make_interval(secs => $1)))::int AS good, count(*)::int AS total
     FROM notification
     WHERE created_at >= date_bin(make_interval(secs => $2), clock_timestamp() - interval '${BACK}', timestamptz 'epoch')
       AND date_bin(make_interval(secs => $2), created_at, timestamptz 'epoch')
           <= clock_timestamp() - make_interval(secs => $1 + $2)
       AND state IN ('pending', 'delivered', 'failed') AND channel_id <> '${ALERTING_PROOF_CHANNEL_ID}'
     GROUP BY 1 ORDER BY 1`,
    [withinSeconds, bucketSeconds],
  )
  return rows
}

/**
 * Updates the counts of the service level objective "notifications in time" for the last day. Each bucket is counted
 * again as a whole, so that repeated calls give the same result.
 */
export async function countNotificationsTowardsSlo(db: Database): Promise<void> {
  const { withinSeconds } = sloDefinitions.notifications_in_time
  const counted = await countNotificationsInTime(db.pool, { withinSeconds, bucketSeconds: SLO_BUCKET_SECONDS })
  await replaceSloCounts(db.pool, 'notifications_in_time', counted)
}
