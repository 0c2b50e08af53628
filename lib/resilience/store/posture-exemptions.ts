import type { z } from 'zod'
import type { EpochMs } from '#lib/contract/index.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { toEpochMs } from '#lib/history/statements.ts'
import type { exemptionSchema } from '../api/index.ts'

/** An exemption from a check: a user accepts the failure of the check until a certain time. */
export interface StoredExemption extends z.input<typeof exemptionSchema> {
  checkId: string
  /** Short id of the resource of the check. */
  scope: string
}

/** Returns the exemptions that have not ended at a moment, by id of the check. */
export async function readPostureExemptions(db: SqlExecutor, now: EpochMs): Promise<Map<string, StoredExemption>> {
  const where = { until: { gt: new Date(now) } }
  const rows = await runWithPrisma(db, (tables) => tables.postureExemption.findMany({ where }))
  return new Map(rows.map((row) => [row.checkId, { ...row, at: toEpochMs(row.at), until: toEpochMs(row.until) }]))
}

/** Stores the exemption from a check. It replaces the previous exemption from the same check. */
export async function saveExemption(db: SqlExecutor, { at, until, ...kept }: StoredExemption): Promise<void> {
  const row = { ...kept, at: new Date(at), until: new Date(until) }
  const where = { checkId: kept.checkId }
  await runWithPrisma(db, (tables) => tables.postureExemption.upsert({ where, create: row, update: row }))
}

/**
 * Deletes the exemption of a check.
 * @returns false if the check had none
 */
export async function withdrawExemption(db: SqlExecutor, checkId: string): Promise<boolean> {
  const { count } = await runWithPrisma(db, (tables) => tables.postureExemption.deleteMany({ where: { checkId } }))
  return count > 0
}
