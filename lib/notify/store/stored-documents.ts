import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** Tables of ordered settings. Each table is read and replaced as a whole. */
type Table = 'escalation_policy' | 'on_call_rotation' | 'report_schedule'

export interface StoredDocument<Body> {
  id: string
  body: Body
  updatedAt: EpochMs
}

/**
 * Returns all rows of a table in their order.
 * @param read validates and parses the body of a row
 */
export async function readStoredDocuments<Body>(
  db: SqlExecutor,
  table: Table,
  read: (body: unknown) => Body,
): Promise<StoredDocument<Body>[]> {
  const { rows } = await db.query<{ id: string; body: unknown; updated_at: Date }>(
    `SELECT id, body, updated_at FROM ${table} ORDER BY position, id`,
  )
  return rows.map(({ id, body, updated_at }) => ({ id, body: read(body), updatedAt: updated_at.getTime() }))
}

/** Blocks other changes of these tables until the transaction ends. */
export async function lockDocuments(db: SqlExecutor, ...tables: Table[]): Promise<void> {
  await db.query(`LOCK TABLE ${tables.join(', ')} IN SHARE ROW EXCLUSIVE MODE`)
}

/** Replaces all rows of a table, in the caller's transaction. */
export async function saveDocuments(
  db: SqlExecutor,
  table: Table,
  items: readonly StoredDocument<unknown>[],
): Promise<void> {
  await db.query(`DELETE FROM ${table} WHERE id <> ALL ($1::text[])`, [items.map(({ id }) => id)])
  for (const [position, { id, body, updatedAt }] of items.entries()) {
    await db.query(
      `INSERT INTO ${table} (id, body, position, updated_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (id) DO UPDATE SET body = excluded.body, position = excluded.position, updated_at = excluded.updated_at`,
      [id, JSON.stringify(body), position, new Date(updatedAt).toISOString()],
    )
  }
}
