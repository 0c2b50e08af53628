import type { SqlExecutor } from '#lib/platform/queryable.ts'

const KEY = 'untrustedProxy'

/**
 * Records that a request came through a proxy although TRUST_PROXY is not set. The command `npm run doctor` reports it.
 */
export async function recordUntrustedProxy(db: SqlExecutor): Promise<void> {
  await db.query(
    `INSERT INTO deployment (key, value) VALUES ($1, 'true') ON CONFLICT (key) DO UPDATE SET updated_at = now()`,
    [KEY],
  )
}

/** Returns when such a request was last recorded, accurate to one hour; null = never. */
export async function readUntrustedProxyTime(db: SqlExecutor): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date }>('SELECT updated_at AS at FROM deployment WHERE key = $1', [KEY])
  return rows[0]?.at ?? null
}
