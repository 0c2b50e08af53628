/**
 * Measures pages and their API answers with a large estate: `npm run bench large-estate -- [--gateways=125]
 * [--circuits=4] [--days=90] [--usage-days=90] [--faults-a-day=N] [--seed=1] [--keep=DIR] [--serve] [--screens]
 * [--statements] [--database=URL]`.
 * Records the past of a simulated estate at virtual time, as the demo does: polls around each change are recorded, all
 * other polls extend coverage. Then stores the summary of cost and the impact of closed incidents, as the worker does,
 * and computes the answers of each page, first with empty caches and then again, each time with the CPU time of Node
 * and PostgreSQL.
 * - `--computed` leaves out the stored impacts, so that each answer computes them.
 * - `--circuits` is the number of circuits of each gateway.
 * - `--usage-days` is the number of days in which byte counters are polled, as if the worker was permitted to read them
 *   only from then on. Samples and usage take most of the time for recording.
 * - `--faults-a-day` is the number of paths that are lost each day; by default each circuit loses a path once.
 * - `--keep` names a folder in which the database is kept, so that the next run measures it without recording it again.
 *   Its past then ends when it was recorded.
 * - `--serve` keeps the database available after the measurement, until this program is interrupted.
 * - `--screens` also starts the built web server (run `npm run build` first) and measures the pages in a browser.
 * - `--statements` prints the slowest statements of each answer.
 * - `--database` names a database of an existing server. It is filled only if it is empty.
 */
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { OPEN_ACCESS_CALLER } from '#lib/access/index.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { evaluateCostFindings, refreshCostTraffic } from '#lib/cost/answers/index.ts'
import { rollUpUsage } from '#lib/history/index.ts'
import { storeClosedImpacts } from '#lib/incidents/answers/index.ts'
import { findFreePort } from '#lib/platform/bootstrap/postgres.ts'
import { enableNamedStatements } from '#lib/platform/connection/index.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { clearCaches } from '#lib/platform/response-cache.ts'
import { callApiInProcess, replaceDatabaseForTests as answerFrom } from '#lib/questions/index.ts'
import { mergedCapabilityOfAllFeatures } from '#lib/table.ts'
import { startWeb } from './answers/askers.ts'
import { startPastGenerator } from './demo-history/make-past.ts'
import { refreshStatistics } from './demo-history/clear-history.ts'
import { createRandom, formatMilliseconds, printBenchLine } from './history/figures.ts'
import { postgresCpu } from './history/postgres-cpu.ts'
import { putOnTimetable } from './judge/record.ts'
import { NON_DURABLE_POSTGRES_SETTINGS, runWithBenchPostgresServer } from './history/server.ts'
import { printMachine } from './screens/figures.ts'
import { firstVisits, printFirstVisitTimes } from './screens/paint.ts'
import { withBrowser } from './screens/product.ts'
import { keysOnSlowScreens } from './screens/slow-keys.ts'
import {
  createWorld,
  type HappeningInput,
  createEstateWithManyGateways,
  parseSimulatorScenario,
  type SimulatedWorld,
} from './simulator/index.ts'

const { values } = parseArgs({
  options: {
    gateways: { type: 'string', default: '125' },
    circuits: { type: 'string', default: '4' },
    days: { type: 'string', default: '90' },
    'usage-days': { type: 'string' },
    'faults-a-day': { type: 'string' },
    seed: { type: 'string', default: '1' },
    screens: { type: 'boolean', default: false },
    statements: { type: 'boolean', default: false },
    computed: { type: 'boolean', default: false },
    /** folder of the kept database */
    keep: { type: 'string' },
    serve: { type: 'boolean', default: false },
    /** address of an empty or already filled database, in place of a server of this program */
    database: { type: 'string' },
  },
})
const [gateways, circuits, days] = [Number(values.gateways), Number(values.circuits), Number(values.days)]
const usageDays = Number(values['usage-days'] ?? days)
/** Absolute path of the kept folder; undefined = the database is deleted. */
const keptFolder = values.keep === undefined ? undefined : path.resolve(values.keep)
/** Prefixes that each site announces. */
const PREFIXES = 8
/** Offset of the polls, so that they are not at the round times of the faults. */
const PHASE_MS = 3_300
const RUNS = 5
/** Settings of the server with which it measures each statement. */
const STATISTICS = ['shared_preload_libraries=pg_stat_statements', 'pg_stat_statements.track_planning=on']

/** API queries of each page, as the file of the page lists them. */
const pages: Readonly<Record<string, readonly string[]>> = {
  wall: ['/wall', '/wall/history'],
  home: [
    '/overview',
    '/circuits',
    '/gateways',
    '/networks',
    '/declarations',
    '/maintenance',
    '/probes?step=5m',
    '/circuits/history?days=0',
    '/uptime?days=30',
  ],
  circuits: ['/circuits?limit=1000'],
  incidents: ['/incidents?state=open&limit=1000', '/incidents?state=closed&limit=100', '/incidents/summary'],
  cost: [
    '/cost/weekly?detail=brief',
    '/cost/weekly',
    '/cost/prices',
    '/cost/projections',
    '/cost/budgets',
    '/cost/findings',
  ],
  sources: ['/sources'],
}
const addresses: Readonly<Record<string, string>> = {
  wall: '/wall',
  home: '/',
  circuits: '/circuits',
  incidents: '/incidents',
  cost: '/cost',
}

/**
 * Builds the estate: the circuits lose a path in turns for 5 to 60 minutes, and the last three are still down at the
 * end.
 */
function createEstate(origin: number): SimulatedWorld {
  const below = createRandom(Number(values.seed))
  const scenario = createEstateWithManyGateways(gateways, PREFIXES, 10, circuits)
  const length = days * MS_PER_DAY - MS_PER_HOUR
  const names = scenario.circuits?.map(({ name }) => name) ?? []
  const faults = values['faults-a-day'] ? Math.round(Number(values['faults-a-day']) * days) : names.length
  const happenings = Array.from({ length: faults }, (_, n): HappeningInput => {
    const before = Math.round((length * (faults - n - 1)) / faults / MS_PER_SECOND)
    return {
      op: 'cut-path',
      circuit: names[n % names.length] ?? '',
      path: below(2) === 0 ? 'primary' : 'secondary',
      at: `-${before + 600}s`,
      for: n >= faults - 3 ? '26h' : `${300 + below(3_300)}s`,
    }
  })
  return createWorld(parseSimulatorScenario({ ...scenario, past: `${days + 1}d`, happenings }), origin)
}

/** Measures elapsed time and the CPU time of Node and PostgreSQL. */
async function measured(postmaster: number, work: () => Promise<unknown>) {
  const [begun, node, postgres] = [performance.now(), process.cpuUsage(), postgresCpu(postmaster)]
  const result = await work()
  const { user, system } = process.cpuUsage(node)
  return {
    result,
    wall: performance.now() - begun,
    node: (user + system) / 1_000,
    postgres: 1_000 * (postgresCpu(postmaster) - postgres),
  }
}

async function record(db: Database, postmaster: number, origin: number): Promise<void> {
  const world = createEstate(origin)
  const { wall, node, postgres } = await measured(postmaster, async () => {
    let printed = 0
    const onProgress = (share: number) => {
      if (share < printed) return
      printBenchLine(`  ${Math.round(100 * share)} %`)
      printed = share + 0.1
    }
    const from = origin - days * MS_PER_DAY + PHASE_MS
    const countersFrom = origin - usageDays * MS_PER_DAY + PHASE_MS
    const horizon = origin + MS_PER_DAY
    const past = await startPastGenerator({
      db,
      world,
      from,
      countersFrom,
      origin,
      horizon,
      // reading hundreds of circuits each hour would take longer than all polls
      estateKeptMs: MS_PER_DAY,
      onProgress,
    })
    await past.upTo(origin)
    // the time of recording is added, so that the data are not late in the answers
    await past.upTo(Math.min(Date.now(), horizon))
    past.close()
    await putOnTimetable(db)
    await rollUpUsage(db)
    await db.transaction(refreshStatistics)
  })
  const { rows } = await db.pool.query<{ name: string; count: string }>(
    `SELECT 'circuits' AS name, count(*) FROM resource WHERE type LIKE '%/expressroutecircuits'
     UNION ALL SELECT 'gateways', count(*) FROM resource WHERE type LIKE '%/virtualnetworkgateways'
     UNION ALL SELECT 'sessions', count(*) FROM session UNION ALL SELECT 'routes', count(*) FROM route
     UNION ALL SELECT 'events', count(*) FROM event UNION ALL SELECT 'usage buckets', count(*) FROM usage_bucket`,
  )
  printBenchLine(`${days} days of ${rows.map(({ name, count }) => `${count} ${name}`).join(', ')}`)
  printBenchLine(
    `recorded in ${formatMilliseconds(wall)}, CPU of Node ${formatMilliseconds(node)}, of PostgreSQL ${formatMilliseconds(postgres)}, at most ${Math.round(process.resourceUsage().maxRSS / 1_000)} MB in Node`,
  )
}

async function storeImpacts(db: Database, postmaster: number): Promise<void> {
  const { node, postgres } = await measured(postmaster, () =>
    storeClosedImpacts(db, Date.now(), new AbortController().signal),
  )
  const { rows } = await db.pool.query<{ count: string }>('SELECT count(*) FROM incident_impact')
  printBenchLine(
    `impacts of ${rows[0]?.count} incidents stored, CPU ${formatMilliseconds(node)} and ${formatMilliseconds(postgres)}`,
  )
}

/** Stores the traffic and the summary of cost, as the jobs of the worker do each hour. */
async function storeCost(db: Database, postmaster: number): Promise<void> {
  const { node, postgres } = await measured(postmaster, async () => {
    await refreshCostTraffic(db.pool, Date.now(), new AbortController().signal)
    await evaluateCostFindings(db, Date.now())
  })
  printBenchLine(
    `traffic and summary of cost stored, CPU ${formatMilliseconds(node)} and ${formatMilliseconds(postgres)}`,
  )
}

/**
 * Records the estate, unless the database contains one.
 * @throws Error if the kept database contains an estate that was not recorded completely
 */
async function recordOnce(db: Database, postmaster: number): Promise<void> {
  const note = keptFolder && path.join(keptFolder, 'large-estate.json')
  const { rowCount } = await db.pool.query('SELECT FROM resource LIMIT 1')
  if (rowCount === 0) {
    await record(db, postmaster, Date.now())
    if (note) writeFileSync(note, `${JSON.stringify({ ...values, recordedAt: Date.now() })}\n`)
  } else if (note && existsSync(note)) {
    printBenchLine(`kept estate ${readFileSync(note, 'utf8').trim()}`)
  } else if (note) {
    throw new Error(`${keptFolder} contains an estate that was not recorded completely: delete the folder`)
  }
}

/** Formats the size of an answer; if the query failed, formats the error that was returned. */
const sizeOf = (result: unknown) => (typeof result === 'number' ? `${(result / 1_000).toFixed(0)} kB` : String(result))

async function answer(db: Database, postmaster: number): Promise<void> {
  const ask = callApiInProcess(mergedCapabilityOfAllFeatures, OPEN_ACCESS_CALLER)
  for (const [page, questions] of Object.entries(pages)) {
    for (const question of questions) {
      if (values.statements) await db.pool.query('SELECT pg_stat_statements_reset()')
      const times: Awaited<ReturnType<typeof measured>>[] = []
      for (let n = 0; n < RUNS; n++) {
        clearCaches()
        times.push(
          await measured(postmaster, () => ask(db, question).then((one) => JSON.stringify(one).length, String)),
        )
      }
      if (values.statements) await printSlowest(db)
      const [first, ...next] = times
      const least = (of: 'wall' | 'node' | 'postgres') => formatMilliseconds(Math.min(...next.map((one) => one[of])))
      printBenchLine(
        `${page.padEnd(10)} ${question.padEnd(36)} ${sizeOf(first?.result)}; first ${formatMilliseconds(first?.wall ?? 0)}, CPU ${formatMilliseconds(first?.node ?? 0)} and ${formatMilliseconds(first?.postgres ?? 0)}; then at least ${least('wall')}, CPU ${least('node')} and ${least('postgres')}`,
      )
    }
  }
}

async function printSlowest(db: Database): Promise<void> {
  const { rows } = await db.pool.query<{ calls: string; ms: number; jit: number; plan: number; text: string }>(
    `SELECT calls, total_exec_time / greatest(calls, 1) AS ms, total_plan_time / greatest(plans, 1) AS plan, (jit_generation_time + jit_inlining_time + jit_optimization_time + jit_emission_time) / greatest(calls, 1) AS jit,
            regexp_replace(query, '\\s+', ' ', 'g') AS text
     FROM pg_stat_statements ORDER BY total_exec_time + total_plan_time DESC LIMIT 3`,
  )
  for (const { calls, ms: took, jit, plan, text } of rows)
    printBenchLine(
      `    ${calls} times ${formatMilliseconds(took)}, planning ${formatMilliseconds(plan)}, compiling ${formatMilliseconds(jit)}: ${text.slice(0, 1500)}`,
    )
}

async function show(db: Database): Promise<void> {
  const web = await startWeb(db.url, await findFreePort())
  try {
    await withBrowser(async (browser) => {
      for (const [page, address] of Object.entries(addresses)) {
        const awaited = page === 'wall' ? '[data-tile], main' : 'main:not(:has([aria-busy=true]))'
        printFirstVisitTimes(page, await firstVisits(browser, `${web.url}${address}`, awaited))
      }
      await keysOnSlowScreens(browser, web.url)
    })
  } finally {
    web.stop()
  }
}

printMachine()
// the same statements run many times
enableNamedStatements()
const measure = async (db: Database, postmaster: number) => {
  answerFrom(db)
  try {
    await recordOnce(db, postmaster)
    await storeCost(db, postmaster)
    if (!values.computed) await storeImpacts(db, postmaster)
    if (values.statements) await db.pool.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements')
    await answer(db, postmaster)
    if (values.screens) await show(db)
    if (values.serve) {
      printBenchLine(`${db.url} is available until this program is interrupted`)
      await once(process, 'SIGINT')
    }
  } finally {
    answerFrom(undefined)
  }
}
if (values.database) {
  const db = createDatabase(values.database, { max: 4, applicationName: 'peerwatch-bench' })
  const { rows } = await db.pool.query<{ pid: number }>(
    `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS pid`,
  )
  await measure(db, rows[0]?.pid ?? 0)
  await db.close()
} else {
  const flags = values.statements ? [...NON_DURABLE_POSTGRES_SETTINGS, ...STATISTICS] : NON_DURABLE_POSTGRES_SETTINGS
  await runWithBenchPostgresServer(async (open, postmaster) => measure(await open(), postmaster), flags, keptFolder)
}
printMachine()
