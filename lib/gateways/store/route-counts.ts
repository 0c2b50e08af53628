import type { Queryable } from '#lib/platform/queryable.ts'
import type { RouteKind } from '#lib/history/statements.ts'

/** How many routes a table has now in one instance. */
export interface RouteCount {
  scope: string
  kind: RouteKind
  /** '' = the table is of no instance */
  instance: string
  routes: number
}

/** The sizes of the current route tables of some resources, by table and instance; an empty one has no row. */
export async function routeCounts(db: Queryable, { scopes }: { scopes: readonly string[] }): Promise<RouteCount[]> {
  const { rows } = await db.query<RouteCount>(
    `SELECT r.short_id AS scope, x.kind, x.instance, count(*)::int AS routes
     FROM resource r JOIN source s ON s.resource_id = r.id JOIN route x ON x.source_id = s.id
     WHERE r.short_id = ANY ($1) AND x.attributes_id IS NOT NULL
     GROUP BY r.short_id, x.kind, x.instance ORDER BY r.short_id, x.kind, x.instance`,
    [scopes],
  )
  return rows
}
