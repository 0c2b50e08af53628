import type { Database } from '#lib/platform/database.ts'

/** Maximum number of rows that a statement deletes, so that a large table does not exceed the statement timeout. */
const BATCH = 5_000

const SESSIONS = 'SELECT s.id FROM router_session s WHERE s.router_id = $1'
const ROUTES = `SELECT r.id FROM router_route r WHERE r.session_id IN (${SESSIONS})`

/** Tables with rows of a router, and the condition for these rows, referring tables first. $1 is the router's ID. */
const STEPS: readonly (readonly [table: string, condition: string])[] = [
  ['router_route_interval', `t.route_id IN (${ROUTES})`],
  ['router_route', `t.session_id IN (${SESSIONS})`],
  ['router_route_attributes', 't.router_id = $1'],
  ['router_session_interval', `t.session_id IN (${SESSIONS})`],
  ['router_log_line', `t.session_id IN (${SESSIONS})`],
  ['router_session', 't.router_id = $1'],
  ['router_connection', 't.router_id = $1'],
]

/** Result of a removal. `connected` means that the router was not removed because it is connected. */
type RouterRemoval = { is: 'removed'; address: string; name: string } | { is: 'connected' } | { is: 'unknown' }

/**
 * Deletes a router that is not connected, with everything that it reported. A new connection of the router waits until
 * the deletion ends.
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
