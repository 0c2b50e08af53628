import { z } from 'zod'
import { type drillSchema, type ExpectedDrillEffect, expectedDrillEffectSchema } from '../api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { toJsonColumn } from '#lib/platform/prisma/json.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { toEpochMs } from '#lib/history/statements.ts'

/** A drill (announced failover exercise) as it was announced. */
export interface StoredDrill extends Omit<z.input<typeof drillSchema>, 'state' | 'verdict' | 'counts' | 'movedWithin'> {
  /** Effects that the drill is expected to have. */
  marks: ExpectedDrillEffect[]
}

/** Returns drills, latest begin first. */
export const listDrills = (db: SqlExecutor, limit: number): Promise<StoredDrill[]> => storedDrills(db, { take: limit })

/** Returns a drill; null if it does not exist, or if the caller may not see it. */
export const findDrill = async (db: SqlExecutor, id: string): Promise<StoredDrill | null> =>
  (await storedDrills(db, { where: { id } }))[0] ?? null

async function storedDrills(db: SqlExecutor, which: { take?: number; where?: { id: string } }): Promise<StoredDrill[]> {
  const orderBy = [{ fromAt: 'desc' as const }, { id: 'desc' as const }]
  const rows = await runWithPrisma(db, (tables) => tables.drill.findMany({ orderBy, ...which }))
  return rows.map(({ fromAt, toAt, announcedBy, announcedAt, cancelledBy, cancelledAt, marks, ...row }) => ({
    ...row,
    from: toEpochMs(fromAt),
    to: toEpochMs(toAt),
    announcedBy,
    announcedAt: toEpochMs(announcedAt),
    cancelledBy,
    cancelledAt: toEpochMs(cancelledAt),
    marks: z.array(expectedDrillEffectSchema).parse(marks),
  }))
}

/** Stores an announced drill. */
export async function addDrill(
  db: SqlExecutor,
  { from, to, announcedAt, cancelledAt, marks, ...own }: StoredDrill,
): Promise<void> {
  const data = {
    ...own,
    marks: toJsonColumn(marks),
    fromAt: new Date(from),
    toAt: new Date(to),
    announcedAt: new Date(announcedAt),
    cancelledAt: cancelledAt === null ? null : new Date(cancelledAt),
  }
  await runWithPrisma(db, (tables) => tables.drill.create({ data }))
}

/**
 * Cancels a drill.
 * @returns false if it does not exist or is already cancelled
 */
export async function cancelDrill(db: SqlExecutor, id: string, by: string, at: EpochMs): Promise<boolean> {
  const { count } = await runWithPrisma(db, ({ drill }) =>
    drill.updateMany({ where: { id, cancelledAt: null }, data: { cancelledBy: by, cancelledAt: new Date(at) } }),
  )
  return count > 0
}
