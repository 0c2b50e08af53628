import type { Database } from '#lib/platform/database.ts'

/** Deletes the attributes of all routers' routes that no route uses any more. */
export async function deleteUnusedAttributes(db: Database, signal?: AbortSignal): Promise<void> {
  const { rows } = await db.pool.query<{ id: number }>('SELECT id FROM router')
  for (const { id } of rows) if (!signal?.aborted) await forgetAttributesOf(db, id)
}

/**
 * Deletes the attributes of a router's routes that no route uses any more. Recording for this router waits meanwhile,
 * because the row of the router is locked.
 */
async function forgetAttributesOf(db: Database, routerId: number): Promise<void> {
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
