import type { Queryable } from '#lib/platform/queryable.ts'

const KEY = 'untrustedProxy'

/** Notes that a request came through a proxy that nobody said to trust, for `npm run doctor`. */
export async function recordUntrustedProxy(db: Queryable): Promise<void> {
  await db.query(
    `INSERT INTO deployment (key, value) VALUES ($1, 'true') ON CONFLICT (key) DO UPDATE SET updated_at = now()`,
    [KEY],
  )
}

/** When that was last noted, to within an hour; null = never. */
export async function untrustedProxyAt(db: Queryable): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date }>('SELECT updated_at AS at FROM deployment WHERE key = $1', [KEY])
  return rows[0]?.at ?? null
}
