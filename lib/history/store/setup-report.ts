import type { EpochMs, SetupResult } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

const KEY = 'setup.report'

/** What a worker last found of its setup. */
export interface SetupReport {
  at: EpochMs
  results: SetupResult[]
}

/** Keeps the newest report only. */
export async function saveSetupReport(db: Queryable, report: SetupReport): Promise<void> {
  await db.query(
    `INSERT INTO deployment (key, value) VALUES ($1, $2)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = now()`,
    [KEY, JSON.stringify(report)],
  )
}

/** @returns null before a worker made one */
export async function lastSetupReport(db: Queryable): Promise<SetupReport | null> {
  const { rows } = await db.query<{ value: SetupReport }>('SELECT value FROM deployment WHERE key = $1', [KEY])
  return rows[0]?.value ?? null
}
