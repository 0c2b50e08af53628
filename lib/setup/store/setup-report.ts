import type { EpochMs, SetupResult } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readDeploymentValue, saveDeploymentValue } from '#lib/history/statements.ts'

const KEY = 'setup.report'

/** Last setup report of a worker. */
export interface SetupReport {
  at: EpochMs
  results: SetupResult[]
}

/** Saves a setup report, which replaces the previous one. */
export async function saveSetupReport(db: SqlExecutor, report: SetupReport): Promise<void> {
  await saveDeploymentValue(db, KEY, report)
}

/** Returns the last setup report; null if no worker has made one yet. */
export async function readLastSetupReport(db: SqlExecutor): Promise<SetupReport | null> {
  return (await readDeploymentValue<SetupReport>(db, KEY))?.value ?? null
}
