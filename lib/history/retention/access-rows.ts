import type { EpochMs } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { iso } from '../times.ts'

/**
 * Deletes entries of the audit that are older than history is kept and than 30 days (the function's own bound, ADR 0111), and sessions, links and begun sign-ins that are over.
 * @param keptFrom the oldest entry that stays
 */
export async function pruneAccess(db: Database, keptFrom: EpochMs, now: EpochMs): Promise<void> {
  await db.pool.query('SELECT expire_audit($1)', [iso(keptFrom)])
  for (const table of ['access_session', 'access_link', 'access_verification'])
    await db.pool.query(`DELETE FROM ${table} WHERE expires_at < $1`, [iso(now)])
}
