import type { EpochMs } from '#lib/contract/index.ts'
import { DAY, HOUR } from '#lib/contract/time/time.ts'
import { readDeploymentValue, saveDeploymentValue } from '#lib/history/statements.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

interface Sizes {
  sizes: { at: EpochMs; bytes: number }[]
}
const KEY = 'database-sizes'
const KEPT_MS = 7 * DAY
/** A database that has just begun, or was just vacuumed, grows otherwise than it will. */
const MIN_MS = DAY

const kept = async (db: Queryable) => (await readDeploymentValue<Sizes>(db, KEY))?.value.sizes ?? []

/** Size of the database, in bytes. */
export async function databaseSize(db: Queryable): Promise<bigint> {
  const { rows } = await db.query<{ bytes: string }>('SELECT pg_database_size(current_database())::text AS bytes')
  return BigInt(rows[0]?.bytes ?? 0)
}

/** Bytes a day over the last week; null = not known yet. */
export async function databaseGrowth(db: Queryable): Promise<number | null> {
  const sizes = await kept(db)
  const [first, last] = [sizes[0], sizes.at(-1)]
  if (!first || !last || last.at - first.at < MIN_MS) return null
  return Math.max(0, (last.bytes - first.bytes) / ((last.at - first.at) / DAY))
}

/** Notes the size once an hour, for its growth. */
export async function recordSize(db: Queryable, now: EpochMs): Promise<void> {
  const before = await kept(db)
  if (now - (before.at(-1)?.at ?? 0) < HOUR) return
  const sizes = [...before.filter(({ at }) => at > now - KEPT_MS), { at: now, bytes: Number(await databaseSize(db)) }]
  await saveDeploymentValue(db, KEY, { sizes } satisfies Sizes)
}
