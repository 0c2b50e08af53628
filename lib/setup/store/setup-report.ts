import type { EpochMs, SetupResult } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { readDeploymentValue, saveDeploymentValue } from '#lib/history/statements.ts'

const KEY = 'setup.report'

/** What a worker last found of its setup. */
export interface SetupReport {
  at: EpochMs
  results: SetupResult[]
}

/** Keeps the newest report only. */
export async function saveSetupReport(db: Queryable, report: SetupReport): Promise<void> {
  await saveDeploymentValue(db, KEY, report)
}

/** @returns null before a worker made one */
export async function lastSetupReport(db: Queryable): Promise<SetupReport | null> {
  return (await readDeploymentValue<SetupReport>(db, KEY))?.value ?? null
}
