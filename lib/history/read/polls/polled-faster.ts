import type { Queryable } from '#lib/platform/queryable.ts'

/**
 * How many polls of a subscription are made faster for the moment, whichever worker asked for it.
 * @param subscriptionId as in ARM ids, any case
 */
export async function polledFaster(db: Queryable, subscriptionId: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `SELECT count(*)::int AS n
     FROM poll_schedule ps JOIN source s ON s.id = ps.source_id JOIN resource r ON r.id = s.resource_id
     WHERE ps.burst_until > clock_timestamp() AND lower(r.subscription_id) = lower($1)`,
    [subscriptionId],
  )
  return rows[0]?.n ?? 0
}
