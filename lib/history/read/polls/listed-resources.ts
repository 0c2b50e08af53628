import type { Queryable } from '#lib/platform/queryable.ts'

/** A resource that an inventory lists, as far as the next inventory needs it. */
interface ListedRow {
  resourceId: string
  type: string
  /** of announced work; null = of other types */
  config: unknown
}

/** Returns the resources that the inventory of a source lists now. */
export async function listedResources(db: Queryable, sourceId: number): Promise<ListedRow[]> {
  const { rows } = await db.query<ListedRow>(
    `SELECT arm_id AS "resourceId", type, CASE WHEN type = 'microsoft.resourcehealth/events' THEN config END AS config
     FROM resource WHERE listed_by = $1 AND first_present IS NOT NULL ORDER BY id`,
    [sourceId],
  )
  return rows
}
