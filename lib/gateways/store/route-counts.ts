import type { Queryable } from '#lib/platform/queryable.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { iso, type RouteKind } from '#lib/history/statements.ts'

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

/** Neighbors that brought prefixes to a gateway before a moment, as far as history is kept. @param scope short id of the gateway */
export async function neighborsWithPrefixes(db: Queryable, scope: string, before: EpochMs): Promise<Set<string>> {
  const { rows } = await db.query<{ neighbor: string }>(
    `SELECT DISTINCT se.neighbor
     FROM resource r JOIN source s ON s.resource_id = r.id JOIN session se ON se.source_id = s.id
     JOIN session_prefixes_span x ON (x.source_id, x.session_id) = (se.source_id, se.id)
     WHERE r.short_id = $1 AND se.kind = 'peers' AND x.prefixes_received > 0 AND x.first_present < $2`,
    [scope, iso(before)],
  )
  return new Set(rows.map(({ neighbor }) => neighbor))
}
