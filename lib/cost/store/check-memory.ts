import { readDeploymentValue, saveDeploymentValue } from '#lib/history/statements.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

const MEMORY = 'cost-findings'

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
