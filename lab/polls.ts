/**
 * Measures the capacity of one worker: `npm run bench polls [--gateways=200] [--seconds=20] [--prefixes=8] [--paced |
 * --sustained] [--statements] [--profile=azure|quick]`.
 * The simulator and Postgres run as separate processes. The worker runs in this process, so that its CPU time can be
 * measured here. Prints four results:
 * - first: time from an empty database until everything was polled once;
 * - sustained: polls per second if all polls are always due and the worker polls as fast as it can;
 * - paced: share of one core that the worker uses if every gateway and path is polled at its default interval;
 * - rows: rows written by polls without changes, per poll and per hour of this estate.
 * `--paced` leaves out the sustained polling, whose result is the same for a thousand gateways as for two hundred.
 * `--sustained` leaves out the paced polling.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createAzureClient } from '#lib/azure/index.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { getMetricsRegistry } from '#lib/platform/metrics.ts'
import { type PollIntervals, startWorker } from '#lib/poller/index.ts'
import { postgresCpu } from './history/postgres-cpu.ts'
import { startBenchPostgresServer } from './history/server.ts'
import { startGarbageCollectionMeter } from './polls/garbage-meter.ts'
import { startSimulatorProcess } from './product/start-simulator.ts'
import { printFigureLine } from './screens/figures.ts'
import '#lib/table.ts'

const { values } = parseArgs({
  options: {
    gateways: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '20' },
    prefixes: { type: 'string', default: '8' },
    paced: { type: 'boolean', default: false },
    sustained: { type: 'boolean', default: false },
    // print the statements that took Postgres longest
    statements: { type: 'boolean', default: false },
    // `quick` shows the limits of the worker, `azure` the limits that Azure imposes
    profile: { type: 'string', default: 'azure' },
  },
})
const gateways = Number(values.gateways)
const seconds = Number(values.seconds)
const HOUR_SECONDS = 3_600
const PROGRESS_MS = 15_000
/**
 * Interval of reading the delay of polls. The query scans the whole timetable, so frequent reads would distort the
 * measured cost.
 */
const LATENESS_MS = 5_000
/** Time after a start until everything with an interval of at most 5 minutes was polled once. */
const FIRST_POLLS_MS = 400_000
/** Maximum delay of a poll while the worker keeps up with its timetable. */
const CAUGHT_UP_MS = 5_000

const defaults: PollIntervals = {
  sessionsMs: 60_000,
  circuitsMs: 60_000,
  routesMs: 300_000,
  inventoryMs: 600_000,
  metricsMs: 300_000,
  activityMs: 300_000,
}
const flatOut: PollIntervals = { ...defaults, sessionsMs: 1, circuitsMs: 1, routesMs: 1 }

const fixed = (n: number, digits = 1) => n.toFixed(digits)

async function main(): Promise<void> {
  const server = await startBenchPostgresServer(
    values.statements ? ['shared_preload_libraries=pg_stat_statements', 'pg_stat_statements.track_planning=on'] : [],
  )
  const url = await server.migrated()
  const db = createDatabase(url, { max: 12, applicationName: 'peerwatch-bench' })
  const timetable = createDatabase(url, { max: 2, applicationName: 'peerwatch-bench-timetable' })
  // the worker may wait for its own connections, so measurements use a separate one
  const meter = createDatabase(url, { max: 1, applicationName: 'peerwatch-bench-meter' })
  if (values.statements) await meter.pool.query('CREATE EXTENSION pg_stat_statements')
  const simulator = await startSimulatorProcess(`many:${gateways}`, values.profile)
  process.env.IDENTITY_ENDPOINT = `${simulator.url}/msi/token`
  process.env.IDENTITY_HEADER = 'bench'
  try {
    await measure(db, timetable, meter, simulator.url, server.pid)
  } finally {
    simulator.child.kill('SIGTERM')
    await Promise.all([db.close(), timetable.close(), meter.close()])
    await server.stop()
  }
}

async function measure(
  db: Database,
  timetable: Database,
  meter: Database,
  azureUrl: string,
  postgres: number,
): Promise<void> {
  const run = async (intervals: PollIntervals, work: () => Promise<void>) => {
    const azure = createAzureClient({ resourceManagerUrl: azureUrl, subscriptionIds: '*' })
    const worker = startWorker({ db, timetable, azure, intervals })
    await work()
    await worker.stop()
    azure.close()
  }
  const begun = performance.now()
  const cpuBefore = process.cpuUsage()
  const cpuSeconds = () => {
    const { user, system } = process.cpuUsage(cpuBefore)
    return fixed((user + system) / 1e6)
  }
  const taken = () => fixed((performance.now() - begun) / 1000)
  const isDue = every(PROGRESS_MS)
  await run(defaults, async () => {
    await until(async () => {
      const left = await neverPolled(meter)
      if (isDue())
        printFigureLine(
          `           ${taken()} s: ${left} on the timetable are still to be polled, ${cpuSeconds()} s of CPU`,
        )
      return left === 0 && (await okSources(meter, 'advertised')) >= 2 * gateways
    })
    printFigureLine(
      `first:     everything of ${gateways} gateways discovered and polled once in ${taken()} s, ${cpuSeconds()} s of CPU in Node`,
    )
  })
  if (!values.paced) await run(flatOut, () => sustained(meter, postgres))
  if (values.sustained) return
  await run(defaults, async () => {
    // the first polls after a start are due together; later polls are spread
    const restarted = performance.now()
    await delay(defaults.sessionsMs)
    await until(async () => (await lateness(meter)) < CAUGHT_UP_MS)
    const caughtUp = fixed((performance.now() - restarted) / 1000)
    printFigureLine(`restart:   no poll is later than ${fixed(CAUGHT_UP_MS / 1000, 0)} s any more after ${caughtUp} s`)
    // the first poll of each source after a start is compared with stored history, later polls with the worker's cache
    await delay(Math.max(0, restarted + FIRST_POLLS_MS - performance.now()))
    const figure = await during(Math.max(60, seconds), meter, postgres)
    printFigureLine(
      `paced:     ${gateways} gateways at the default intervals: ${fixed(figure.pollsPerSecond)} polls/s, worker ${fixed(100 * figure.cpuShare)} % of one core, ${fixed(figure.rssMb, 0)} MB resident, ${fixed(figure.heapMb, 0)} MB heap`,
    )
    printCpu(figure)
    printFigureLine(`           latest poll ${fixed(figure.lateMs, 0)} ms after it was due`)
  })
}

/**
 * Returns a timer function.
 * @returns a function that returns true at most once in `ms`
 */
function every(ms: number): () => boolean {
  let last = performance.now()
  return () => {
    if (performance.now() - last < ms) return false
    last = performance.now()
    return true
  }
}

/** Measures the cost and the written rows of a poll while all polls are always due. */
async function sustained(meter: Database, postgres: number): Promise<void> {
  // the first poll of each source after a start is compared with stored history, later polls with the worker's cache
  const known = (await pollCount()) + 2 * (await timetableSize(meter))
  await until(async () => (await pollCount()) >= known)
  const figure = await during(seconds, meter, postgres)
  printFigureLine(
    `sustained: ${fixed(figure.pollsPerSecond)} polls/s, worker ${fixed(100 * figure.cpuShare)} % of one core, ${fixed(figure.rssMb, 0)} MB resident, ${fixed(figure.heapMb, 0)} MB heap`,
  )
  printCpu(figure)
  const perPoll = (n: number) => fixed(n / figure.polls, 2)
  printFigureLine(
    `rows:      for each quiet poll ${perPoll(figure.inserted)} inserted, ${perPoll(figure.updated)} updated`,
  )
  printFigureLine(`           ${JSON.stringify(figure.insertedBy)} inserted in ${figure.polls} polls`)
  const hourly = (HOUR_SECONDS * 1000) / defaults.sessionsMs
  const pollsPerHour = gateways * hourly * (1 + 2 + 2 + 1 + 1) + (gateways * hourly * (1 + 2 + 2)) / 5
  printFigureLine(
    `           an hour at the default intervals: ${fixed(pollsPerHour, 0)} polls, ${fixed((pollsPerHour * figure.inserted) / figure.polls, 0)} rows inserted`,
  )
}

function printCpu({ cpuShare, garbageShare, postgresShare, pollsPerSecond }: Figure): void {
  const perPoll = (share: number) => fixed((1000 * share) / pollsPerSecond, 2)
  printFigureLine(
    `           for each poll ${perPoll(cpuShare)} ms of CPU in Node, of which its thread collects garbage for ${perPoll(garbageShare)} ms, ${perPoll(postgresShare)} ms in Postgres`,
  )
}

interface Figure {
  polls: number
  pollsPerSecond: number
  cpuShare: number
  /**
   * share of the elapsed time in which the main thread collected garbage; garbage collection on other threads counts
   * only in `cpuShare`
   */
  garbageShare: number
  postgresShare: number
  rssMb: number
  heapMb: number
  inserted: number
  updated: number
  insertedBy: Record<string, number>
  lateMs: number
}

async function during(forSeconds: number, db: Database, postgres: number): Promise<Figure> {
  const [polls, rows, cpu, at] = [await pollCount(), await written(db), process.cpuUsage(), performance.now()]
  const postgresBefore = postgresCpu(postgres)
  const garbage = startGarbageCollectionMeter()
  const together = await togetherCount()
  if (values.statements) await db.pool.query('SELECT pg_stat_statements_reset()')
  let lateMs = 0
  while (performance.now() - at < forSeconds * 1000) {
    await delay(LATENESS_MS)
    lateMs = Math.max(lateMs, await lateness(db))
  }
  const elapsed = (performance.now() - at) / 1000
  const used = process.cpuUsage(cpu)
  const postgresUsed = postgresCpu(postgres) - postgresBefore
  const garbageMs = garbage.stop()
  const done = (await pollCount()) - polls
  printFigureLine(
    `           ${fixed((100 * ((await togetherCount()) - together)) / done, 0)} % of ${done} polls changed nothing and were committed together`,
  )
  if (values.statements) await printStatements(db)
  // Postgres reports statistics of its backends with a delay of up to a second
  await delay(1_500)
  const after = await written(db)
  const insertedBy = Object.fromEntries(
    [...after].flatMap(([table, now]) => {
      const inserted = now.inserted - (rows.get(table)?.inserted ?? 0)
      return inserted > 0 ? [[table, inserted]] : []
    }),
  )
  const sum = (field: 'inserted' | 'updated') =>
    [...after].reduce((total, [table, now]) => total + now[field] - (rows.get(table)?.[field] ?? 0), 0)
  return {
    polls: done,
    pollsPerSecond: done / elapsed,
    cpuShare: (used.user + used.system) / 1e6 / elapsed,
    garbageShare: garbageMs / 1_000 / elapsed,
    postgresShare: postgresUsed / elapsed,
    rssMb: process.memoryUsage.rss() / 2 ** 20,
    heapMb: process.memoryUsage().heapUsed / 2 ** 20,
    inserted: sum('inserted'),
    updated: sum('updated'),
    insertedBy,
    lateMs,
  }
}

async function printStatements(db: Database): Promise<void> {
  const { rows } = await db.pool.query(
    `SELECT calls::int, (total_exec_time + total_plan_time)::int AS ms, left(regexp_replace(query, '\\s+', ' ', 'g'), 90) AS query
     FROM pg_stat_statements ORDER BY total_exec_time + total_plan_time DESC LIMIT 24`,
  )
  for (const { calls, ms, query } of rows) printFigureLine(`           ${ms} ms in ${calls} calls: ${query}`)
}

const togetherCount = () => metricSum('peerwatch_polls_recorded_together_total')
const pollCount = () => metricSum('peerwatch_worker_polls_total')

async function metricSum(name: string): Promise<number> {
  const metric = await getMetricsRegistry().getSingleMetric(name)?.get()
  return metric?.values.reduce((sum, { value }) => sum + value, 0) ?? 0
}

async function written(db: Database): Promise<Map<string, { inserted: number; updated: number }>> {
  const { rows } = await db.pool.query(
    'SELECT relname, n_tup_ins::float8 AS inserted, n_tup_upd::float8 AS updated FROM pg_stat_user_tables',
  )
  return new Map(rows.map(({ relname, inserted, updated }) => [relname, { inserted, updated }]))
}

async function lateness(db: Database): Promise<number> {
  const { rows } = await db.pool.query(
    `SELECT coalesce(max(extract(epoch FROM clock_timestamp() - next_at)) FILTER (WHERE lease_owner IS NULL), 0)::float8 * 1000 AS ms
     FROM poll_schedule`,
  )
  return Math.max(0, rows[0].ms)
}

async function okSources(db: Database, kind: string): Promise<number> {
  const { rows } = await db.pool.query(
    `SELECT count(*)::int AS n FROM poll_state WHERE kind = $1 AND last_outcome = 'ok'`,
    [kind],
  )
  return rows[0].n
}

async function neverPolled(db: Database): Promise<number> {
  const { rows } = await db.pool.query(
    'SELECT count(*)::int AS n FROM poll_schedule s LEFT JOIN poll_state p USING (source_id, kind) WHERE p.polls IS NULL',
  )
  return rows[0].n
}

async function timetableSize(db: Database): Promise<number> {
  const { rows } = await db.pool.query('SELECT count(*)::int AS n FROM poll_schedule')
  return rows[0].n
}

async function until(fact: () => Promise<boolean>): Promise<void> {
  while (!(await fact())) await delay(100)
}

await main()
