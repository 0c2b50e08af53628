import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** Returns the subscriptions with scheduled polls, in lower case. */
export async function readScheduledSubscriptions(db: SqlExecutor): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT DISTINCT lower(r.subscription_id) AS id
     FROM poll_schedule ps JOIN source s ON s.id = ps.source_id JOIN resource r ON r.id = s.resource_id
     WHERE r.subscription_id <> '' ORDER BY id`,
  )
  return rows.map(({ id }) => id)
}
