import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * Returns the ids of the scheduled sources in a subscription.
 * @param region null = all regions; a resource without a region belongs to every region
 */
export async function readSourcesOfSubscription(
  db: SqlExecutor,
  subscriptionId: string,
  region: string | null = null,
): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    `SELECT DISTINCT s.id FROM poll_schedule ps JOIN source s ON s.id = ps.source_id JOIN resource r ON r.id = s.resource_id
     WHERE lower(r.subscription_id) = lower($1) AND ($2::text IS NULL OR r.location IS NULL OR lower(r.location) = lower($2))`,
    [subscriptionId, region],
  )
  return rows.map(({ id }) => id)
}

/** Returns the ids of the scheduled sources of a resource and its subresources. */
export async function readSourcesOfResource(db: SqlExecutor, resourceId: string): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    `SELECT DISTINCT s.id FROM poll_schedule ps JOIN source s ON s.id = ps.source_id JOIN resource r ON r.id = s.resource_id
     WHERE r.arm_key = lower($1)`,
    [resourceId],
  )
  return rows.map(({ id }) => id)
}

/** Returns the Azure region of a source's resource; null = unknown, or the resource has no region. */
export async function readRegionOfSource(db: SqlExecutor, sourceId: number): Promise<string | null> {
  const { rows } = await db.query<{ location: string | null }>(
    'SELECT r.location FROM source s JOIN resource r ON r.id = s.resource_id WHERE s.id = $1',
    [sourceId],
  )
  return rows[0]?.location ?? null
}
