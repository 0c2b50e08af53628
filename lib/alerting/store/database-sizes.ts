import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { readDeploymentValue, saveDeploymentValue } from '#lib/history/statements.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

interface Sizes {
  sizes: { at: EpochMs; bytes: number }[]
}
const KEY = 'database-sizes'
const KEPT_MS = 7 * MS_PER_DAY
/**
 * Minimum time in ms between the first and the last stored size from which a growth is computed. The first growth of a
 * new or just vacuumed database is not representative.
 */
const MIN_MS = MS_PER_DAY

const kept = async (db: SqlExecutor) => (await readDeploymentValue<Sizes>(db, KEY))?.value.sizes ?? []

/** Returns the size of the database in bytes. */
export async function readDatabaseSize(db: SqlExecutor): Promise<bigint> {
  const { rows } = await db.query<{ bytes: string }>('SELECT pg_database_size(current_database())::text AS bytes')
  return BigInt(rows[0]?.bytes ?? 0)
}

/**
 * Returns the growth of the database in bytes per day over the last week. Null = the stored sizes cover less than a
 * day.
 */
export async function readDatabaseGrowth(db: SqlExecutor): Promise<number | null> {
  const sizes = await kept(db)
  const [first, last] = [sizes[0], sizes.at(-1)]
  if (!first || !last || last.at - first.at < MIN_MS) return null
  return Math.max(0, (last.bytes - first.bytes) / ((last.at - first.at) / MS_PER_DAY))
}

/** Stores the current size of the database, at most once an hour, so that its growth can be computed. */
export async function recordDatabaseSize(db: SqlExecutor, now: EpochMs): Promise<void> {
  const before = await kept(db)
  if (now - (before.at(-1)?.at ?? 0) < MS_PER_HOUR) return
  const sizes = [
    ...before.filter(({ at }) => at > now - KEPT_MS),
    { at: now, bytes: Number(await readDatabaseSize(db)) },
  ]
  await saveDeploymentValue(db, KEY, { sizes } satisfies Sizes)
}
