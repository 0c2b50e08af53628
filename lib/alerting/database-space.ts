import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import path from 'node:path'
import { readDatabaseLocation } from '#lib/platform/bootstrap/postgres-files.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readDatabaseGrowth, readDatabaseSize } from './store/index.ts'

interface Space {
  databaseBytes: bigint
  /** free bytes on the disk of the database; null = unknown, because the database runs on another machine */
  freeBytes: bigint | null
  totalBytes: bigint | null
  /** growth of the database in bytes per day over the last week; null = not known yet */
  growthPerDay: number | null
}

/** Returns the size of the database, its growth, and the space on its disk. */
export async function readDatabaseSpace(db: SqlExecutor, dataDir: string): Promise<Space> {
  return {
    databaseBytes: await readDatabaseSize(db),
    ...(await roomOf(dataDir)),
    growthPerDay: await readDatabaseGrowth(db),
  }
}

/**
 * Returns the space on the disk of the embedded PostgreSQL. Free and total bytes are null for an external database,
 * because its disk is on another machine.
 */
async function roomOf(dataDir: string): Promise<Pick<Space, 'freeBytes' | 'totalBytes'>> {
  const home = readDatabaseLocation(dataDir) || dataDir
  if (!existsSync(path.join(home, 'postgres'))) return { freeBytes: null, totalBytes: null }
  const { bavail, blocks, bsize } = await statfs(home, { bigint: true })
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
}

/**
 * Returns in how many days the disk is full if the database grows as in the last week. Null = unknown, or the database
 * does not grow.
 */
export const estimateDaysUntilFull = ({ freeBytes, growthPerDay }: Space): number | null =>
  freeBytes === null || growthPerDay === null || growthPerDay <= 0 ? null : Number(freeBytes) / growthPerDay

/**
 * If free disk space is below one of these limits, an operator is notified: a share of the disk, a number of bytes, or
 * a number of days until the disk is full. PostgreSQL stops when its disk is full.
 */
const MIN_SHARE = 0.05
const MIN_BYTES = 512n * 1024n * 1024n
const MIN_DAYS = 7

/** Returns a text about the low disk space; null = there is enough space, or the space is unknown. */
export function describeLowSpace(space: Space): string | null {
  const { freeBytes, totalBytes } = space
  if (freeBytes === null || totalBytes === null) return null
  const mebibytes = `${freeBytes / 1_048_576n} MiB of ${totalBytes / 1_048_576n} MiB free`
  if (freeBytes < MIN_BYTES || Number(freeBytes) < MIN_SHARE * Number(totalBytes)) return mebibytes
  const days = estimateDaysUntilFull(space)
  return days !== null && days < MIN_DAYS ? `${mebibytes}, full in ${Math.floor(days)} days at this growth` : null
}
