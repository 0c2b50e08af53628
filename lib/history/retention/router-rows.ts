import type { EpochMs } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { iso } from '../times.ts'

/** Rows of one statement, so that none holds its locks for long. */
const BATCH = 5_000

/** What goes first is what refers to others. `t` is the row; $1 the moment. */
const STEPS: readonly (readonly [table: string, condition: string])[] = [
  ['router_route_interval', 't.first_absent < $1'],
  [
    'router_route',
    't.attributes_id IS NULL AND t.seen_at < $1 AND NOT EXISTS (SELECT FROM router_route_interval i WHERE i.route_id = t.id)',
  ],
  ['router_session_interval', 't.first_absent < $1'],
  ['router_log_line', 't.at < $1'],
  [
    'router_connection',
    't.ended IS NOT NULL AND t.to_at < $1 AND NOT EXISTS (SELECT FROM router_session s WHERE s.connection_id = t.id)',
  ],
]

/**
 * Deletes what ended before a moment of what routers reported. What is current stays, however old, and so does the connection that
 * reported it.
 * @returns how many rows are gone, by table
 */
export async function pruneRouterReports(
  db: Database,
  before: EpochMs,
  signal?: AbortSignal,
): Promise<Record<string, number>> {
  const gone: Record<string, number> = {}
  for (const [table, condition] of STEPS) {
    for (let count = BATCH; count === BATCH && !signal?.aborted; ) {
      const { rowCount } = await db.pool.query(
        `DELETE FROM ${table} WHERE ctid = ANY (ARRAY (SELECT t.ctid FROM ${table} t WHERE ${condition} LIMIT ${BATCH}))`,
        [iso(before)],
      )
      count = rowCount ?? 0
      gone[table] = (gone[table] ?? 0) + count
    }
  }
  const { rows } = await db.pool.query<{ id: number }>('SELECT id FROM router')
  for (const { id } of rows) if (!signal?.aborted) await forgetAttributes(db, id)
  return gone
}

/** Attributes that no route has any more. Whoever records for the router waits. */
async function forgetAttributes(db: Database, routerId: number): Promise<void> {
  await db.transaction(async (client) => {
    await client.query('SELECT FROM router WHERE id = $1 FOR UPDATE', [routerId])
    await client.query(
      `WITH used AS (
         SELECT r.attributes_id AS id FROM router_route r JOIN router_session s ON s.id = r.session_id
         WHERE s.router_id = $1 AND r.attributes_id IS NOT NULL
         UNION SELECT i.attributes_id FROM router_route_interval i JOIN router_route r ON r.id = i.route_id
         JOIN router_session s ON s.id = r.session_id WHERE s.router_id = $1)
       DELETE FROM router_route_attributes a WHERE a.router_id = $1 AND NOT EXISTS (SELECT FROM used WHERE used.id = a.id)`,
      [routerId],
    )
  })
}
