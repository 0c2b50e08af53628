import { finished } from 'node:stream/promises'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { readCurrentDeclarations, rollUpUsage } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { truncateRecordedTables, refreshStatistics } from './demo-history/clear-history.ts'
import { enableNamedStatements } from '#lib/platform/connection/index.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { setUrlParameter } from '#lib/platform/environment/database-address.ts'
import { beginDemoHistory, DEMO_DAYS, endDemoHistory } from '#lib/platform/demo.ts'
import { claimDeployment } from '#lib/platform/deployment.ts'
import { getSettings } from '#lib/platform/settings.ts'
import { createWorld, createBuiltInEstate, parseSimulatorScenario } from './simulator/index.ts'
import { demoCircuits } from './demo-history/circuits.ts'
import { makeWithDrill } from './demo-history/drill.ts'
import { demoInterfaces } from './demo-history/interfaces.ts'
import { DEMO_CUSTOMERS } from './demo-history/customers.ts'
import { startPastGenerator } from './demo-history/make-past.ts'
import { beginRouterPast } from './demo-router/record-past.ts'
// this import registers the tables of all feature modules, which are needed to read past states
import '#lib/table.ts'

/**
 * Offset of the poll times in milliseconds. Without it, the polls would be at the same round times as the events of the
 * demo, and would show each event within a second.
 */
const PHASE_MS = 3_300
/** Maximum duration of the generation in milliseconds. The polls of this time are added after the generation. */
const HORIZON_MS = MS_PER_DAY

/**
 * Generates the demo's history, 35 days up to now, as a worker would have recorded it for the built-in estate. First
 * deletes all data of the demo's database. Prints progress to stdout as `{"event":"progress","percent":42}`. Continues
 * until stdin ends.
 */
async function main(): Promise<void> {
  const { databaseUrl, demo } = getSettings()
  if (!demo) throw new Error('subscriptions are configured: only the demo has a made past')
  await claimDeployment(databaseUrl, 'simulator')
  const origin = Date.now()
  await beginDemoHistory(databaseUrl, origin)
  // the same statements run thousands of times
  enableNamedStatements()
  const db = createDatabase(withoutWaiting(databaseUrl), { max: 6, applicationName: 'peerwatch-demo-history' })
  try {
    await db.transaction(truncateRecordedTables)
    await declareOnce(db)
    // The repeating round of live events starts together with the simulator. Its cuts are not part of the generated
    // history.
    const world = createWorld(parseSimulatorScenario(createBuiltInEstate([{ from: origin, until: origin }])), origin)
    const from = origin - DEMO_DAYS * MS_PER_DAY + PHASE_MS
    const router = await beginRouterPast(db, world, from)
    const past = await startPastGenerator({
      db,
      world,
      from,
      origin,
      horizon: origin + HORIZON_MS,
      beside: router.upTo,
      onProgress,
    })
    await makeWithDrill(db, past, { from, until: origin, origin })
    // Generation takes time, and other start steps may follow. Polls up to the end of stdin are added, and live polling
    // continues from there.
    await inputEnded()
    await past.upTo(Date.now())
    past.close()
    await router.close()
    await rollUpUsage(db)
    await db.transaction(refreshStatistics)
  } finally {
    await db.close()
  }
  await endDemoHistory(databaseUrl)
}

/**
 * Saves customers, contract data of circuits and router interfaces before the first event. Keeps declarations that a
 * user has already saved.
 */
async function declareOnce(db: Database): Promise<void> {
  const { version } = await readCurrentDeclarations(db.pool)
  if (version > 0) return
  await db.transaction((client) =>
    saveDeclarationsAsNewVersion(
      client,
      { customers: DEMO_CUSTOMERS, circuits: demoCircuits(), interfaces: demoInterfaces() },
      { by: 'the demo', expected: version },
    ),
  )
}

async function inputEnded(): Promise<void> {
  process.stdin.resume()
  await finished(process.stdin, { writable: false })
}

/** Disables waiting for the disk at commits, because data lost in a crash is generated again. */
function withoutWaiting(databaseUrl: string): string {
  return setUrlParameter(databaseUrl, 'options', '-c synchronous_commit=off')
}

let reported = -1
function onProgress(share: number): void {
  const percent = Math.floor(share * 100)
  if (percent <= reported) return
  reported = percent
  process.stdout.write(`${JSON.stringify({ event: 'progress', percent })}\n`)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`the demo's past could not be made: ${error instanceof Error ? error.stack : String(error)}\n`)
  process.exitCode = 1
}
