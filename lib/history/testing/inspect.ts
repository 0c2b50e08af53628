import type { Database } from '#lib/platform/database.ts'

const tables = {
  session_interval: 'session_id',
  session_prefixes: 'session_id',
  route_interval: 'route_id',
  arp_interval: 'entry_id',
  resource_history: 'resource_id',
  connection_interval: 'source_id',
} as const

const spans = [
  ['session_span', 'session_id'],
  ['session_prefixes_span', 'session_id'],
  ['route_span', 'route_id'],
  ['arp_span', 'entry_id'],
  ['connection_span', 'source_id'],
] as const

/**
 * Returns pairs of overlapping intervals with the same key, including current ones, and intervals whose bounds are out
 * of order.
 */
export async function readOverlappingIntervals(db: Database, sourceId: number): Promise<unknown[]> {
  const found: unknown[] = []
  for (const [view, key] of spans) {
    const { rows } = await db.pool.query(
      `SELECT '${view}' AS view, a.${key}, a.first_present, a.first_absent, b.first_present AS other
       FROM ${view} a JOIN ${view} b ON a.${key} = b.${key} AND b.first_present > a.first_present
         AND b.first_present < coalesce(a.first_absent, 'infinity')
       WHERE a.source_id = $1
       UNION ALL
       SELECT '${view}', ${key}, first_present, first_absent, last_present FROM ${view}
       WHERE source_id = $1 AND (last_absent >= first_present OR last_present >= first_absent OR first_present >= first_absent)`,
      [sourceId],
    )
    found.push(...rows)
  }
  return found
}

/** Returns all stored rows of a source, to compare them before and after. */
export async function readStoredRowsOfSource(db: Database, sourceId: number): Promise<Record<string, unknown[]>> {
  const names = [
    ...Object.keys(tables),
    'session',
    'route',
    'arp_entry',
    'counter',
    'counter_sample',
    'poll_state',
    'coverage',
  ]
  const result: Record<string, unknown[]> = {}
  for (const name of names) {
    const { rows } = await db.pool.query(
      `SELECT to_jsonb(t) AS row FROM ${name} t WHERE source_id = $1 ORDER BY to_jsonb(t)::text`,
      [sourceId],
    )
    result[name] = rows.map(({ row }) => row)
  }
  return result
}
