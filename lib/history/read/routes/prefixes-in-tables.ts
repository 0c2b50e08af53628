import type { RoutePollKind } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** Number of prefixes in a table at its last poll. */
interface PrefixesInTable {
  scope: string
  subresource: string
  kind: RoutePollKind
  prefixes: number
}

/**
 * Returns the number of prefixes in each route table of the given kinds and scopes at its last successful poll. A table
 * without a successful poll is left out.
 */
export async function countPrefixesInTables(
  db: SqlExecutor,
  { scopes, kinds }: { scopes: readonly string[]; kinds: readonly RoutePollKind[] },
): Promise<PrefixesInTable[]> {
  const { rows } = await db.query<PrefixesInTable>(
    `SELECT r.short_id AS scope, s.subresource, p.kind, count(DISTINCT route.prefix)::int AS prefixes
     FROM resource r
       JOIN source s ON s.resource_id = r.id
       JOIN poll_state p ON p.source_id = s.id AND p.kind = ANY ($2) AND p.ok_started_at IS NOT NULL
       LEFT JOIN route ON route.source_id = s.id AND route.kind = p.kind AND route.attributes_id IS NOT NULL
     WHERE r.short_id = ANY ($1)
     GROUP BY r.short_id, s.subresource, p.kind
     ORDER BY 1, 2, 3`,
    [scopes, kinds],
  )
  return rows
}

/** Reports whether polls of a table ever read a route, also a route that ended since. */
export async function hasStoredRoutes(db: SqlExecutor, sourceId: number, kind: RoutePollKind): Promise<boolean> {
  const { rowCount } = await db.query('SELECT 1 FROM route WHERE source_id = $1 AND kind = $2 LIMIT 1', [
    sourceId,
    kind,
  ])
  return (rowCount ?? 0) > 0
}
