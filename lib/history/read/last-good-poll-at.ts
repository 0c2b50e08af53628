import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** By `scope subresource kind`: when the last good poll of each source of sessions began, of some scopes. */
export async function lastGoodPollAt(db: Queryable, scopes: readonly string[]): Promise<Record<string, EpochMs>> {
  const { rows } = await db.query<{ key: string; at: Date }>(
    `SELECT concat_ws(' ', r.short_id, s.subresource, p.kind) AS key, p.ok_started_at AS at
     FROM resource r JOIN source s ON s.resource_id = r.id JOIN poll_state p ON p.source_id = s.id
     WHERE r.short_id = ANY ($1) AND p.kind IN ('peers', 'summary') AND p.ok_started_at IS NOT NULL`,
    [scopes],
  )
  return Object.fromEntries(rows.map(({ key, at }) => [key, at.getTime()]))
}
