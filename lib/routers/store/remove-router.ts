import type { Database } from '#lib/platform/database.ts'

/** Maximum number of rows that one statement deletes, so that it does not exceed the time limit of statements. */
const BATCH = 5_000

const SESSIONS = 'SELECT s.id FROM router_session s WHERE s.router_id = $1'
const ROUTES = `SELECT r.id FROM router_route r WHERE r.session_id IN (${SESSIONS})`

/**
 * Tables with rows of a router, each with the SQL condition for these rows ($1 = id of the router). A table comes
 * before the tables that it references.
 */
const STEPS: readonly (readonly [table: string, condition: string])[] = [
  ['router_route_interval', `t.route_id IN (${ROUTES})`],
  ['router_route', `t.session_id IN (${SESSIONS})`],
  ['router_route_attributes', 't.router_id = $1'],
  ['router_session_interval', `t.session_id IN (${SESSIONS})`],
  ['router_log_line', `t.session_id IN (${SESSIONS})`],
  ['router_session', 't.router_id = $1'],
  ['router_connection', 't.router_id = $1'],
]

/**
 * Result of removing a router: `connected` = it was not removed, because it is connected; `unknown` = it does not
 * exist.
 */
type RouterRemoval = { is: 'removed'; address: string; name: string } | { is: 'connected' } | { is: 'unknown' }

/**
 * Deletes a router and everything that it reported, unless it is connected. If the router connects meanwhile, the
 * connection waits.
 */
export async function removeRouter(db: Database, id: number): Promise<RouterRemoval> {
  return db.transaction(async (client) => {
    const { rows } = await client.query<{ address: string; name: string }>(
      'SELECT address, name FROM router WHERE id = $1 FOR UPDATE',
      [id],
    )
    const [router] = rows
    if (!router) return { is: 'unknown' }
    const open = await client.query('SELECT FROM router_connection WHERE router_id = $1 AND ended IS NULL LIMIT 1', [
      id,
    ])
    if (open.rows.length > 0) return { is: 'connected' }
    for (const [table, condition] of STEPS)
      for (let count = BATCH; count === BATCH; ) {
        const { rowCount } = await client.query(
          `DELETE FROM ${table} WHERE ctid = ANY (ARRAY (SELECT t.ctid FROM ${table} t WHERE ${condition} LIMIT ${BATCH}))`,
          [id],
        )
        count = rowCount ?? 0
      }
    await client.query('DELETE FROM router WHERE id = $1', [id])
    return { is: 'removed', ...router }
  })
}
