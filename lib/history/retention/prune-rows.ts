import type { EpochMs } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { getRegisteredTables } from '../registered-tables.ts'
import { formatIsoTime } from '../times.ts'

/** Maximum number of rows that a statement deletes, so that locks are held only briefly. */
const BATCH = 5_000

/**
 * Deletes expired rows of the tables that are not deleted by source, in the order in which the tables are registered.
 * @param keptFrom oldest time that is kept
 * @returns number of deleted rows by table
 */
export async function pruneRows(
  db: Database,
  { keptFrom, now }: { keptFrom: EpochMs; now: EpochMs },
  signal?: AbortSignal,
): Promise<Record<string, number>> {
  const gone: Record<string, number> = {}
  for (const [table, { retention }] of getRegisteredTables()) {
    if (typeof retention === 'string') continue
    if ('rows' in retention) gone[table] = await inBatches(db, table, retention.rows, keptFrom, signal)
    if ('step' in retention) await retention.step(db, signal)
    if ('statement' in retention) {
      const { command, rowCount } = await db.pool.query(retention.statement, [
        formatIsoTime(retention.by === 'now' ? now : keptFrom),
      ])
      if (command === 'DELETE') gone[table] = rowCount ?? 0
    }
  }
  return gone
}

async function inBatches(db: Database, table: string, condition: string, before: EpochMs, signal?: AbortSignal) {
  let gone = 0
  for (let count = BATCH; count === BATCH && !signal?.aborted; gone += count) {
    const { rowCount } = await db.pool.query(
      `DELETE FROM ${table} WHERE ctid = ANY (ARRAY (SELECT t.ctid FROM ${table} t WHERE ${condition} LIMIT ${BATCH}))`,
      [formatIsoTime(before)],
    )
    count = rowCount ?? 0
  }
  return gone
}
