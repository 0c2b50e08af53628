import type { EpochMs, FailoverTestExplainingLosses } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readDeploymentValue, saveDeploymentValue } from './deployment-value.ts'

const KEY = 'failover-tests'
/** Time after the end of a test, milliseconds, for which it is stored, because an open event may have begun in it. */
const STORED_MS = 32 * MS_PER_DAY

/** Returns Azure's failover tests of the past weeks, as last reported. */
export async function readFailoverTests(db: SqlExecutor): Promise<FailoverTestExplainingLosses[]> {
  return (await readDeploymentValue<FailoverTestExplainingLosses[]>(db, KEY))?.value ?? []
}

/** Stores the failover tests that Azure reported for a gateway or circuit. Old tests of all resources are deleted. */
export async function saveFailoverTests(
  db: SqlExecutor,
  scope: string,
  tests: readonly FailoverTestExplainingLosses[],
  now: EpochMs,
): Promise<void> {
  const ids = new Set(tests.map(({ id }) => id))
  const stored = await readFailoverTests(db)
  const others = stored.filter((test) => test.scope !== scope || !ids.has(test.id))
  const recent = [...others, ...tests].filter(
    ({ from, to }) => (to ?? Math.max(from, now - MS_PER_DAY)) > now - STORED_MS,
  )
  if (recent.length > 0 || stored.length > 0) await saveDeploymentValue(db, KEY, recent)
}
