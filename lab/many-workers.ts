/**
 * Measures how several workers affect each other: `npm run bench many-workers -- [--workers=1,2,4,8] [--gateways=100]
 * [--circuits-each=1] [--minutes=3] [--time-scale=1] [--no-kills] [--patroni]`.
 * Workers and Postgres are separate processes. With `--patroni`, Postgres is a primary and a synchronous standby under
 * Debian's Patroni, whose CPU time counts for both, and statements are not counted. Ten gateways with their circuits form a subscription, and everything is
 * polled at the default intervals. Every minute one worker is killed and another is started. For each number of
 * workers, prints the number of overlapping operations on one resource, the distribution of polls over subscriptions
 * and workers, the time until the leases of a killed worker were taken over, and the cost of a poll.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { applyMigrations } from '#lib/platform/migrations/index.ts'
import { startPatroniCluster } from '#lib/platform/testing/patroni.ts'
import {
  createEstateWithManyGateways,
  parseSimulatorScenario,
  createProfileWithChoices,
  startSimulator,
} from './simulator/index.ts'
import { postgresCpu, readParentProcessId } from './history/postgres-cpu.ts'
import { startBenchPostgresServer } from './history/server.ts'
import { overlappingOperations, measureGroupSizeSpread, type LoggedWorkerPoll } from './many-workers/figures.ts'
import { WorkerProcessPool } from './many-workers/worker-pool.ts'
import { printFigureLine, printMachine, computeSampleQuantile } from './screens/figures.ts'

const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '1,2,4,8' },
    gateways: { type: 'string', default: '100' },
    // circuits of each gateway
    'circuits-each': { type: 'string', default: '1' },
    minutes: { type: 'string', default: '3' },
    // whether no worker is killed; then every refusal by Azure is caused by polls of other running workers
    'no-kills': { type: 'boolean', default: false },
    // factor for the run times, budgets and log delays of the simulated Azure
    'time-scale': { type: 'string', default: '1' },
    // whether the database is a cluster of two servers under Patroni
    patroni: { type: 'boolean', default: false },
  },
})
const IDENTITY_HEADER = 'bench'
const READ_EVERY_MS = 100
/** Share of the timetable that must have been polled before the measurement starts. */
const MET = 0.98
/**
 * Maximum time in milliseconds until other workers take over the leases of a killed worker. A lease lasts as long as
 * the poll interval, but at most a minute.
 */
const HELD_AT_MAX_MS = 90_000

interface Cell {
  workers: number
  polls: number
  perSecond: number
  overlapping: number
  locked: number
  bySubscription: ReturnType<typeof measureGroupSizeSpread>
  byWorker: ReturnType<typeof measureGroupSizeSpread>
  takeoverMs: number[]
  lateMs: number[]
  workerMs: number
  postgresMs: number
  /** SQL statements of a poll; null = not counted */
  statements: number | null
}

/** Database of the workers: a single server, or a primary with its synchronous standby under Patroni. */
interface WorkersDatabase {
  url: string
  countsStatements: boolean
  /** Returns the CPU seconds of all its servers. */
  cpu(): number
  stop(): Promise<void>
}

async function startDatabase(): Promise<WorkersDatabase> {
  if (values.patroni) return startDatabaseUnderPatroni()
  const server = await startBenchPostgresServer(['shared_preload_libraries=pg_stat_statements', 'max_connections=600'])
  return {
    url: await server.migrated(),
    countsStatements: true,
    cpu: () => postgresCpu(server.pid),
    stop: server.stop,
  }
}

async function startDatabaseUnderPatroni(): Promise<WorkersDatabase> {
  const cluster = await startPatroniCluster(2)
  try {
    const url = cluster.address('target_session_attrs=read-write')
    await applyMigrations(url, { folder: path.join(import.meta.dirname, '../prisma/migrations') })
    const postmasters = await Promise.all(cluster.members.map(async (member) => findPostmaster(member.url)))
    const cpu = () => postmasters.reduce((sum, pid) => sum + postgresCpu(pid), 0)
    return { url, countsStatements: false, cpu, stop: cluster.stop }
  } catch (error) {
    await cluster.stop()
    throw error
  }
}

/** Returns the process ID of a server's postmaster, which is the parent of each of its sessions. */
async function findPostmaster(url: string): Promise<number> {
  const db = createDatabase(url, { max: 1, applicationName: 'peerwatch-bench' })
  try {
    const { rows } = await db.pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    return readParentProcessId(rows[0]?.pid ?? 0)
  } finally {
    await db.close()
  }
}

async function main(): Promise<void> {
  printMachine()
  const dataDir = mkdtempSync(path.join(tmpdir(), 'peerwatch-bench-'))
  const server = await startDatabase()
  const { url } = server
  const db = createDatabase(url, { max: 2, applicationName: 'peerwatch-bench' })
  if (server.countsStatements) await db.pool.query('CREATE EXTENSION pg_stat_statements')
  const simulator = await startSimulator({
    scenario: parseSimulatorScenario(
      createEstateWithManyGateways(Number(values.gateways), undefined, undefined, Number(values['circuits-each'])),
    ),
    profile: createProfileWithChoices('azure', { timeScale: Number(values['time-scale']) }),
  })
  const environment = {
    ...process.env,
    DATABASE_URL: url,
    AZURE_SUBSCRIPTION_IDS: '*',
    AZURE_RESOURCE_MANAGER_URL: simulator.url,
    AZURE_MONITOR_METRICS_URL: simulator.url,
    IDENTITY_ENDPOINT: `${simulator.url}/msi/token`,
    IDENTITY_HEADER,
    DATA_DIR: dataDir,
  }
  const cells: Cell[] = []
  try {
    for (const workers of values.workers.split(',').map(Number)) {
      const cell = await measure(workers, new WorkerProcessPool(environment), db, server)
      cells.push(cell)
      printFigureLine(lineOf(cell))
    }
  } finally {
    await simulator.close()
    await db.close()
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  printFigureLine(
    `\n| workers | polls | operations that met, refused by a lock | least and most of a subscription | of a worker | held by nobody after a kill, median, longest | late, p95 | CPU a poll, workers, Postgres | statements a poll |\n|---|---|---|---|---|---|---|---|---|\n${cells.map(rowOf).join('\n')}`,
  )
}

async function measure(workers: number, pool: WorkerProcessPool, db: Database, server: WorkersDatabase): Promise<Cell> {
  for (let n = 0; n < workers; n++) pool.start()
  try {
    await untilMet(workers, pool, db)
    // polls that became due at the same time need some time to spread over their interval
    await delay(MS_PER_MINUTE / 4)
    const minutes = Number(values.minutes)
    const before = { cpu: pool.cpu, postgres: server.cpu(), at: Date.now(), polls: pool.polls.length }
    if (server.countsStatements) await db.pool.query('SELECT pg_stat_statements_reset()')
    const takeoverMs: number[] = []
    const lateMs: number[] = []
    const lived = new Set(pool.polling)
    for (let minute = 0; minute < minutes; minute++) {
      const end = before.at + (minute + 1) * MS_PER_MINUTE
      await sampleUntil(end - MS_PER_MINUTE / 2, async () => void lateMs.push(await lateness(db)))
      const victim = values['no-kills'] ? undefined : pool.polling[0]
      if (victim !== undefined) {
        lived.delete(victim)
        takeoverMs.push(...(await killed(victim, pool, db)))
      }
      await sampleUntil(end, async () => void lateMs.push(await lateness(db)))
    }
    const polls = pool.polls.slice(before.polls)
    const seconds = (Date.now() - before.at) / 1_000
    const perPoll = (cpuSeconds: number) => (1_000 * cpuSeconds) / polls.length
    return {
      workers,
      polls: polls.length,
      perSecond: polls.length / seconds,
      overlapping: overlappingOperations(polls),
      locked: polls.filter(({ outcome }) => outcome === 'locked').length,
      bySubscription: measureGroupSizeSpread(await bySubscription(db, polls)),
      byWorker: measureGroupSizeSpread([...lived].map((pid) => polls.filter(({ worker }) => worker === pid).length)),
      takeoverMs,
      lateMs,
      workerMs: perPoll(pool.cpu - before.cpu),
      postgresMs: perPoll(server.cpu() - before.postgres),
      statements: server.countsStatements ? (await countStatements(db)) / polls.length : null,
    }
  } finally {
    await pool.stop()
  }
}

async function countStatements(db: Database): Promise<number> {
  const { rows } = await db.pool.query<{ calls: number }>('SELECT sum(calls)::float8 AS calls FROM pg_stat_statements')
  return rows[0]?.calls ?? 0
}

/**
 * Kills a worker and starts another.
 * @returns for each source that the killed worker had leased, the milliseconds until another worker took it
 */
async function killed(victim: number, pool: WorkerProcessPool, db: Database): Promise<number[]> {
  await pool.kill(victim)
  const at = Date.now()
  pool.start()
  const waiting = new Set(await heldBy(db, victim))
  const taken: number[] = []
  while (waiting.size > 0 && Date.now() - at < HELD_AT_MAX_MS) {
    await delay(READ_EVERY_MS)
    const left = new Set(await heldBy(db, victim))
    for (const key of waiting) {
      if (left.has(key)) continue
      waiting.delete(key)
      taken.push(Date.now() - at)
    }
  }
  return [...taken, ...[...waiting].map(() => HELD_AT_MAX_MS)]
}

/** Returns the sources leased by a worker, including expired leases. */
async function heldBy(db: Database, pid: number): Promise<string[]> {
  const { rows } = await db.pool.query<{ key: string }>(
    `SELECT source_id || ' ' || kind AS key FROM poll_schedule WHERE lease_owner LIKE '%/' || $1 || '/%'`,
    [pid],
  )
  return rows.map(({ key }) => key)
}

async function bySubscription(db: Database, polls: readonly LoggedWorkerPoll[]): Promise<number[]> {
  const { rows } = await db.pool.query<{ scope: string; subscription: string }>(
    `SELECT short_id AS scope, subscription_id AS subscription FROM resource`,
  )
  const subscriptionOf = new Map(rows.map(({ scope, subscription }) => [scope, subscription]))
  return [...Map.groupBy(polls, ({ scope }) => subscriptionOf.get(scope)).values()].map(({ length }) => length)
}

/** Returns how long the most overdue source without a lease has been due, in milliseconds. */
async function lateness(db: Database): Promise<number> {
  const { rows } = await db.pool.query<{ ms: number }>(
    `SELECT coalesce(1000 * max(extract(epoch FROM clock_timestamp() - next_at)), 0)::float8 AS ms FROM poll_schedule s
     LEFT JOIN resource_lease r ON r.resource = s.resource
     WHERE s.lease_until IS NULL AND coalesce(r.lease_until, '-infinity') < clock_timestamp()`,
  )
  return Math.max(0, rows[0]?.ms ?? 0)
}

/**
 * Counts the sources of the timetable that have been polled at least once. The tables of a gateway are polled one after
 * the other, so the last may take minutes.
 */
async function met(db: Database): Promise<{ planned: number; polled: number; gateways: number }> {
  const { rows } = await db.pool.query<{ planned: number; polled: number; gateways: number }>(
    `SELECT count(*)::int AS planned, count(p.polls)::int AS polled, count(*) FILTER (WHERE kind = 'peers')::int AS gateways
     FROM poll_schedule s LEFT JOIN poll_state p USING (source_id, kind)`,
  )
  return rows[0] ?? { planned: 0, polled: 0, gateways: 0 }
}

/** Waits until nearly all of the timetable has been polled, and prints the progress each minute. */
async function untilMet(workers: number, pool: WorkerProcessPool, db: Database): Promise<void> {
  const begun = Date.now()
  for (let minute = 0; ; await delay(500)) {
    const { planned, polled, gateways } = await met(db)
    // before the polls are planned, the timetable is empty and must not count as polled
    if (pool.polling.length === workers && gateways >= Number(values.gateways) && polled >= MET * planned) return
    const passed = Math.floor((Date.now() - begun) / MS_PER_MINUTE)
    if (passed === minute) continue
    minute = passed
    printFigureLine(`${workers} workers after ${minute} min: ${polled} of ${planned} sources polled once`)
  }
}

async function sampleUntil(end: number, sample: () => Promise<void>): Promise<void> {
  while (Date.now() < end) {
    await sample()
    await delay(Math.min(1_000, Math.max(0, end - Date.now())))
  }
}

const fixed = (n: number | null | undefined, digits = 1) => (n === null || n === undefined ? '-' : n.toFixed(digits))
const seconds = (ms: number | null) => (ms === null ? '-' : `${fixed(ms / 1_000)} s`)
const shares = (of: Cell['byWorker']) => (of ? `${fixed(100 * of.least, 0)} and ${fixed(100 * of.most, 0)} %` : '-')

function rowOf(cell: Cell): string {
  const held = `${seconds(computeSampleQuantile(cell.takeoverMs, 0.5))}, ${seconds(computeSampleQuantile(cell.takeoverMs, 1))}`
  return `| ${cell.workers} | ${cell.polls}, ${fixed(cell.perSecond)}/s | ${cell.overlapping}, ${cell.locked} | ${shares(cell.bySubscription)} | ${shares(cell.byWorker)} | ${held} | ${seconds(computeSampleQuantile(cell.lateMs, 0.95))} | ${fixed(cell.workerMs)} ms, ${fixed(cell.postgresMs)} ms | ${fixed(cell.statements)} |`
}

const lineOf = (cell: Cell) => rowOf(cell).replaceAll(' | ', '; ')

await main()
