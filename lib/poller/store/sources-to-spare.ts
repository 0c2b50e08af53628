import type { Queryable } from '#lib/platform/queryable.ts'

/**
 * Sources of a subscription that are on the timetable.
 * @param region null = of all regions; what has no region is in all of them
 */
export async function sourcesOfSubscription(
  db: Queryable,
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

/** Sources of a resource, its parts too, that are on the timetable. */
export async function sourcesOfResource(db: Queryable, resourceId: string): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    `SELECT DISTINCT s.id FROM poll_schedule ps JOIN source s ON s.id = ps.source_id JOIN resource r ON r.id = s.resource_id
     WHERE r.arm_key = lower($1)`,
    [resourceId],
  )
  return rows.map(({ id }) => id)
}

/** Region of a source's resource as Azure names it; null = it has none, or none is known. */
export async function regionOfSource(db: Queryable, sourceId: number): Promise<string | null> {
  const { rows } = await db.query<{ location: string | null }>(
    'SELECT r.location FROM source s JOIN resource r ON r.id = s.resource_id WHERE s.id = $1',
    [sourceId],
  )
  return rows[0]?.location ?? null
}
