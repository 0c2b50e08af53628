import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import path from 'node:path'
import { readLocation } from '#lib/platform/bootstrap/postgres-files.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { databaseGrowth, databaseSize } from './store/index.ts'

interface Space {
  databaseBytes: bigint
  /** of the disk of the database, where it is on this machine; null = not known */
  freeBytes: bigint | null
  totalBytes: bigint | null
  /** bytes a day over the last week; null = not known yet */
  growthPerDay: number | null
}

/** How large the database is, how fast it grows and how much room its disk has. */
export async function readSpace(db: Queryable, dataDir: string): Promise<Space> {
  return {
    databaseBytes: await databaseSize(db),
    ...(await roomOf(dataDir)),
    growthPerDay: await databaseGrowth(db),
  }
}

/** Of the folder of the embedded PostgreSQL; a database elsewhere has a disk that nothing here can see. */
async function roomOf(dataDir: string): Promise<Pick<Space, 'freeBytes' | 'totalBytes'>> {
  const home = readLocation(dataDir) || dataDir
  if (!existsSync(path.join(home, 'postgres'))) return { freeBytes: null, totalBytes: null }
  const { bavail, blocks, bsize } = await statfs(home, { bigint: true })
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
}

/** Days until the disk is full at the growth of the last week; null = not known, or it does not grow. */
export const daysLeft = ({ freeBytes, growthPerDay }: Space): number | null =>
  freeBytes === null || growthPerDay === null || growthPerDay <= 0 ? null : Number(freeBytes) / growthPerDay

/** PostgreSQL stops at no room at all; below these somebody has to make some. */
const MIN_SHARE = 0.05
const MIN_BYTES = 512n * 1024n * 1024n
const MIN_DAYS = 7

/** Why somebody has to make room; null = nobody has to, or it is not known. */
export function lowSpace(space: Space): string | null {
  const { freeBytes, totalBytes } = space
  if (freeBytes === null || totalBytes === null) return null
  const mebibytes = `${freeBytes / 1_048_576n} MiB of ${totalBytes / 1_048_576n} MiB free`
  if (freeBytes < MIN_BYTES || Number(freeBytes) < MIN_SHARE * Number(totalBytes)) return mebibytes
  const days = daysLeft(space)
  return days !== null && days < MIN_DAYS ? `${mebibytes}, full in ${Math.floor(days)} days at this growth` : null
}
