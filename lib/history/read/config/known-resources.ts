import type { SqlExecutor } from '#lib/platform/queryable.ts'

export interface ResourceFoundById {
  /** short ID of the resource */
  id: string
  /** ARM type of the resource, lower case */
  type: string
  name: string
}

/**
 * Returns the resources with these IDs (short IDs, or ARM IDs in any case), including removed resources. The keys of
 * the map are the IDs as given. Unknown IDs are left out.
 */
export async function findKnownResources(
  db: SqlExecutor,
  ids: readonly string[],
): Promise<Map<string, ResourceFoundById>> {
  if (ids.length === 0) return new Map()
  const { rows } = await db.query<{ asked: string; short_id: string; type: string; name: string }>(
    `SELECT asked, r.short_id, r.type, r.name FROM unnest($1::text[]) AS asked
     JOIN resource r ON r.short_id = asked OR r.arm_key = lower(rtrim(asked, '/'))`,
    [ids],
  )
  return new Map(
    rows.map(({ asked, short_id, type, name }) => [asked, { id: short_id, type: type.toLowerCase(), name }]),
  )
}
