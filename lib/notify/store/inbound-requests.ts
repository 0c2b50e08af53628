import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** A request that a vendor (PagerDuty or Slack) sent to a channel, identified by the vendor's ID. */
interface VendorRequest {
  channelId: string
  requestId: string
}

/** Reports whether a request was already processed. */
export async function isDuplicateInboundRequest(
  db: SqlExecutor,
  { channelId, requestId }: VendorRequest,
): Promise<boolean> {
  const { rowCount } = await db.query('SELECT FROM inbound_request WHERE channel_id = $1 AND request_id = $2', [
    channelId,
    requestId,
  ])
  return rowCount === 1
}

/**
 * Records a processed request.
 * @returns false if it was already recorded
 */
export async function recordInboundRequest(
  db: SqlExecutor,
  { channelId, requestId, at }: VendorRequest & { at: EpochMs },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO inbound_request (channel_id, request_id, received_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [channelId, requestId, new Date(at).toISOString()],
  )
  return rowCount === 1
}

/** Deletes recorded requests that are so old that a repetition would be refused anyway. */
export async function pruneInboundRequests(db: SqlExecutor, before: EpochMs): Promise<void> {
  await db.query('DELETE FROM inbound_request WHERE received_at < $1', [new Date(before).toISOString()])
}
