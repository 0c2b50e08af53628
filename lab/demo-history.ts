import { finished } from 'node:stream/promises'
import { DAY } from '#lib/contract/time/time.ts'
import { readDeclarations, rollUpUsage } from '#lib/history/index.ts'
import { saveDeclarations } from '#lib/declarations/store/declarations.ts'
import { clearHistory, refreshStatistics } from './demo-history/clear-history.ts'
import { nameStatements } from '#lib/platform/connection/index.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { withParameter } from '#lib/platform/environment/database-address.ts'
import { beginDemoHistory, DEMO_DAYS, endDemoHistory } from '#lib/platform/demo.ts'
import { claimDeployment } from '#lib/platform/deployment.ts'
import { settings } from '#lib/platform/settings.ts'
import { createWorld, estateIn, parseScenario } from './simulator/index.ts'
import { demoCircuits } from './demo-history/circuits.ts'
import { makeWithDrill } from './demo-history/drill.ts'
import { demoInterfaces } from './demo-history/interfaces.ts'
import { DEMO_CUSTOMERS } from './demo-history/customers.ts'
import { beginPast } from './demo-history/make-past.ts'
import { beginRouterPast } from './demo-router/record-past.ts'

/** The story's times are round; polls that began at round times as well would see all of it within a second. */
const PHASE_MS = 3_300
/** How long making the past may take and still be caught up with. */
const HORIZON_MS = DAY

/**
 * Makes the demo's past, 35 days of it, up to now: what a worker would have recorded of the built-in estate. Whatever the demo's
 * database holds is dropped first. Progress goes to stdout as `{"event":"progress","percent":42}`. It goes on until stdin ends.
 */
async function main(): Promise<void> {
  const { databaseUrl, demo } = settings()
  if (!demo) throw new Error('subscriptions are configured: only the demo has a made past')
  await claimDeployment(databaseUrl, 'simulator')
  const origin = Date.now()
  await beginDemoHistory(databaseUrl, origin)
  // it asks the same thousands of times
  nameStatements()
  const db = createDatabase(withoutWaiting(databaseUrl), { max: 6, applicationName: 'peerwatch-demo-history' })
  try {
    await db.transaction(clearHistory)
    await declareOnce(db)
    // The live round has not begun: until the simulator runs, there are none of its cuts.
    const world = createWorld(parseScenario(estateIn([{ from: origin, until: origin }])), origin)
    const from = origin - DEMO_DAYS * DAY + PHASE_MS
    const router = await beginRouterPast(db, world, from)
    const past = await beginPast({
      db,
      world,
      from,
      origin,
      horizon: origin + HORIZON_MS,
      beside: router.upTo,
      onProgress,
    })
    await makeWithDrill(db, past, { from, until: origin, origin })
    // Making it took its time, and so may what else a start does, which is polled as well: live polling goes on from here.
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

/** Whose resources are, and what contracts have of circuits, is known before anything happens to them. What somebody declared before stays. */
async function declareOnce(db: Database): Promise<void> {
  const { version } = await readDeclarations(db.pool)
  if (version > 0) return
  await db.transaction((client) =>
    saveDeclarations(
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

/** What is lost in a crash is made again, so that no commit need wait for the disk. */
function withoutWaiting(databaseUrl: string): string {
  return withParameter(databaseUrl, 'options', '-c synchronous_commit=off')
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
