import type { z } from 'zod'
import type { EpochMs } from '#lib/contract/index.ts'
import type { costHeadlineSchema } from '../api/index.ts'
import { readDeploymentValue, saveDeploymentValue } from '#lib/history/statements.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

const MEMORY = 'cost-findings'

/** Part of the memory of the cost checks that other answers read. */
export interface CostCheckMemory {
  /**
   * Discount on list prices that the bills prove and that no override applies yet, 0 to 1; absent = there was none at
   * the last check
   */
  billedShare?: number
  /** Cost summary of the overview that the last check computed; absent = there was none, or an older version ran */
  headline?: StoredCostHeadline
}

/** Cost summary of the overview, as the hourly check stored it. */
export interface StoredCostHeadline {
  /** Time at which it was computed. */
  madeAt: EpochMs
  /** Digest of the inputs from which it was computed. */
  madeFrom: string
  /** Summary as the API returns it. */
  body: z.input<typeof costHeadlineSchema>
}

/**
 * Returns the information that the last cost check stored for the next check, as plain JSON; null before the first
 * check.
 */
export async function readCostCheckMemory<Memory>(db: SqlExecutor): Promise<Memory | null> {
  return (await readDeploymentValue<Memory>(db, MEMORY))?.value ?? null
}

export async function saveCostCheckMemory(db: SqlExecutor, memory: object): Promise<void> {
  await saveDeploymentValue(db, MEMORY, memory)
}
