import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * Returns the number of polls of a subscription that currently have a shorter interval (burst), requested by any
 * worker.
 * @param subscriptionId as in ARM IDs, case-insensitive
 */
export async function countBurstPolls(db: SqlExecutor, subscriptionId: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `SELECT count(*)::int AS n
     FROM poll_schedule ps JOIN source s ON s.id = ps.source_id JOIN resource r ON r.id = s.resource_id
     WHERE ps.burst_until > clock_timestamp() AND lower(r.subscription_id) = lower($1)`,
    [subscriptionId],
  )
  return rows[0]?.n ?? 0
}
