import type { PoolClient } from 'pg'

/**
 * Empties all tables of recorded data, including tables of later versions, because each table of history has a
 * `source_id` and sources refer to resources. Settings, users and their declarations are kept. Only for a demo whose
 * past is generated again.
 */
export async function truncateRecordedTables(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT c.oid::regclass::text AS name
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'source_id' AND NOT a.attisdropped
     WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND (a.attname IS NOT NULL OR c.relname IN ('resource', 'source', 'drill'))`,
  )
  await client.query(`TRUNCATE TABLE ${rows.map(({ name }) => name).join(', ')} RESTART IDENTITY CASCADE`)
}

/** Updates the planner's statistics after a bulk write. Autovacuum would do this only minutes later. */
export async function refreshStatistics(client: PoolClient): Promise<void> {
  await client.query('ANALYZE')
}
