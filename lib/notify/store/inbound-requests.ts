import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** A request of a channel's vendor, identified by the vendor's request ID. */
interface VendorRequest {
  channelId: string
  requestId: string
}

/** Reports whether a request was processed before. */
export async function isDuplicateRequest(db: Queryable, { channelId, requestId }: VendorRequest): Promise<boolean> {
  const { rowCount } = await db.query('SELECT FROM inbound_request WHERE channel_id = $1 AND request_id = $2', [
    channelId,
    requestId,
  ])
  return rowCount === 1
}

/**
 * Records that a request was processed.
 * @returns false if another process recorded it in the meantime
 */
export async function recordRequest(
  db: Queryable,
  { channelId, requestId, at }: VendorRequest & { at: EpochMs },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO inbound_request (channel_id, request_id, received_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [channelId, requestId, new Date(at).toISOString()],
  )
  return rowCount === 1
}

/** Deletes requests that are too old to be accepted again. */
export async function pruneRequests(db: Queryable, before: EpochMs): Promise<void> {
  await db.query('DELETE FROM inbound_request WHERE received_at < $1', [new Date(before).toISOString()])
}
