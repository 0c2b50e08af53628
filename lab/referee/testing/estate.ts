import { makeWithDrill } from '../../demo-history/drill.ts'
import { demoCircuits } from '../../demo-history/circuits.ts'
import { DEMO_CUSTOMERS } from '../../demo-history/customers.ts'
import { demoInterfaces } from '../../demo-history/interfaces.ts'
import { startPastGenerator } from '../../demo-history/make-past.ts'
import { beginRouterPast } from '../../demo-router/record-past.ts'
import type { Declarations, EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { refreshStatistics } from '#lab/demo-history/clear-history.ts'
import { readCurrentDeclarations, rollUpChurn, rollUpUsage } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import type { Database } from '#lib/platform/database.ts'
import { refreshSingleLosses } from '#lib/resilience/answers/index.ts'
import { feedSharedHub } from '#lib/questions/testing/shared-hub.ts'
import { createWorld, createBuiltInEstate, parseSimulatorScenario } from '../../simulator/index.ts'
import type { RegressionTestUser } from './readers.ts'

/**
 * Offset of the first poll in milliseconds, as in the demo, so that polls do not begin at the scenario's round times.
 */
const PHASE = 3_300

/**
 * Records the estate that the referee queries: the demo's past, and two customers on one hub with features that the
 * demo lacks (a shared Virtual WAN, routers, calendars, decisions). The result is the same in each run if the clock is
 * fixed.
 * @param days length of the demo's past in days
 * @param endsBefore days between the end of the recording and the end of the demo's past
 */
export async function recordRegressionTestEstate(
  db: Database,
  { now, days, endsBefore, readers }: Estate,
): Promise<void> {
  await declare(db, { customers: DEMO_CUSTOMERS, circuits: demoCircuits(), interfaces: demoInterfaces() })
  const origin = now + endsBefore * MS_PER_DAY
  const world = createWorld(parseSimulatorScenario(createBuiltInEstate([{ from: origin, until: origin }])), origin)
  const from = now - days * MS_PER_DAY + PHASE
  const router = await beginRouterPast(db, world, from)
  const past = await startPastGenerator({ db, world, from, origin, horizon: now + MS_PER_DAY, beside: router.upTo })
  await makeWithDrill(db, past, { from, until: now, origin })
  past.close()
  await router.close()
  await feedSharedHub(db, now)
  // feedSharedHub declares its own customers in place of the demo's
  const { customers } = await readCurrentDeclarations(db.pool)
  await declare(db, { customers: [...customers, ...DEMO_CUSTOMERS] })
  await rollUpUsage(db)
  await rollUpChurn(db)
  await settle(db)
  const computing = { now: () => now, signal: new AbortController().signal, share: 1 }
  await refreshSingleLosses(
    db,
    readers.map(({ scope }) => scope),
    computing,
  )
}

interface Estate {
  now: EpochMs
  days: number
  endsBefore: number
  readers: readonly RegressionTestUser[]
}

const declare = (db: Database, lists: Partial<Declarations>) =>
  db.transaction((client) => saveDeclarationsAsNewVersion(client, lists, { by: 'the demo', expected: null }))

/**
 * Collects statistics once for all tables and disables autovacuum, because statistics decide the order of equal rows.
 */
async function settle(db: Database): Promise<void> {
  await db.transaction(refreshStatistics)
  const { rows } = await db.pool.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname = 'public'`,
  )
  await db.pool.query(rows.map(({ name }) => `ALTER TABLE ${name} SET (autovacuum_enabled = false)`).join(';'))
}
