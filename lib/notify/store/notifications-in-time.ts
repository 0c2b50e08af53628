import { SLO_BUCKET_SECONDS, slos } from '#lib/contract/index.ts'
import { setSloCounts } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { PROOF_CHANNEL } from './channels.ts'

/** What the outbox says of a time: how many notifications were delivered soon enough. */
interface DeliveredInTime {
  /** start of the time, epoch milliseconds */
  bucket: EpochMs
  good: number
  total: number
}

/** Nothing is recounted that is older: its notifications are long decided. */
const BACK = '1 day'

/**
 * How many notifications each five minutes, or as long as `bucketSeconds`, had, and how many of them their receiver took in time. Those that
 * may still be in time are left out, and so are those that wait for a digest or went into one, and those of removed channels.
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

/** Counts the notifications of the last day for their objective: each bucket as a whole, so that it is the same however often. */
export async function countNotifications(db: Database): Promise<void> {
  const { withinSeconds } = slos.notifications_in_time
  const counted = await notificationsInTime(db.pool, { withinSeconds, bucketSeconds: SLO_BUCKET_SECONDS })
  await setSloCounts(db.pool, 'notifications_in_time', counted)
}
