import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** A resource in the current inventory, with the fields that the next inventory poll needs. */
interface ListedRow {
  resourceId: string
  type: string
  /** configuration of a Service Health event; null for other types */
  config: unknown
}

/** Returns the resources in the current inventory of a source. */
export async function readListedResources(db: SqlExecutor, sourceId: number): Promise<ListedRow[]> {
  const { rows } = await db.query<ListedRow>(
    `SELECT arm_id AS "resourceId", type, CASE WHEN type = 'microsoft.resourcehealth/events' THEN config END AS config
     FROM resource WHERE listed_by = $1 AND first_present IS NOT NULL ORDER BY id`,
    [sourceId],
  )
  return rows
}
