/**
 * Compares Peerwatch's history with hourly snapshots, Prometheus and VictoriaMetrics: `npm run bench alternatives --
 * [--routes=1000] [--days=1]`.
 * Polls one simulated gateway at virtual time and passes every poll to all systems in one run on one machine. Peerwatch
 * records it; the two servers receive it as series of an exporter (Debian packages `prometheus` and `victoria-metrics`;
 * a server that is not installed is left out). Tables and their changes are also written as MRT for bgpdump and GoBGP.
 * Then all systems answer the same queries. A day of 2,000 routes takes eight minutes on a busy machine.
 */
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { getOrCreateSourceId } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { replaceDatabaseForTests as readFrom } from '#lib/questions/index.ts'
import { type ComparedRouteArchive, benchmarkQueriesOnAllSystems } from './alternatives/ask-all.ts'
import { printOutageErrorsBySystem, sessionKey } from './alternatives/ask-outages.ts'
import {
  type SystemComparisonEstate,
  WEIGHT_CHANGE_CALLER_EMAIL,
  buildAlternativesEstate,
} from './alternatives/estate.ts'
import { measureScrapeCost } from './alternatives/exporter.ts'
import { SimulatedPollFeed, type PollFeedTick } from './alternatives/feed.ts'
import type { UpSample } from './alternatives/outages.ts'
import { createPeerwatchQueries } from './alternatives/peerwatch.ts'
import { findProgramPath } from './noc-stack/management.ts'
import { listPrefixesCoveringAddress } from './alternatives/exposition.ts'
import { GoBgp } from './alternatives/gobgp.ts'
import { MrtFileArchive } from './alternatives/mrt.ts'
import { labelsHolding } from './alternatives/promql.ts'
import { CostMeasuringPollRecorder } from './alternatives/recorder.ts'
import { type ComparedSystemName, type SystemComparisonRow, printSystemComparisonTable } from './alternatives/report.ts'
import { type TimeSeriesServer, withTimeSeriesServers } from './alternatives/servers.ts'
import { RemoteWriteSender } from './alternatives/shipping.ts'
import { takeSnapshots } from './alternatives/snapshots.ts'
import { printBenchLine, readTableSizes } from './history/figures.ts'
import { endedCpu, postgresCpu } from './history/postgres-cpu.ts'
import { runWithBenchPostgresServer } from './history/server.ts'

const { values } = parseArgs({
  options: {
    routes: { type: 'string', default: '1000' },
    days: { type: 'string', default: '1' },
    /** duration of the measurement in which the servers scrape all routes over HTTP, in seconds */
    scrapes: { type: 'string', default: '30' },
    /** measures only the cost of Peerwatch's own recording */
    intake: { type: 'boolean', default: false },
  },
})
const [routes, days, scrapes] = [Number(values.routes), Number(values.days), Number(values.scrapes)]
const to = Math.floor(Date.now() / MS_PER_HOUR) * MS_PER_HOUR
const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(2)} MB`
const seconds = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} s`

await runWithBenchPostgresServer((open, postmaster) => {
  const run = async (servers: readonly TimeSeriesServer[]) => {
    const estate = buildAlternativesEstate(routes, to - days * MS_PER_DAY, to)
    const feed = new SimulatedPollFeed(estate.world)
    const db = await open()
    readFrom(db)
    try {
      if (values.intake) await takeIn(db, new CostMeasuringPollRecorder(db, postmaster), estate, feed)
      else await compare(db, postmaster, estate, feed, servers)
    } finally {
      readFrom(undefined)
      feed.close()
    }
  }
  return values.intake ? run([]) : withTimeSeriesServers(run, printBenchLine)
})

/**
 * Records a run with Peerwatch only. Prints the CPU time for decoding the responses, for Node and for Postgres, and how
 * much the tables grew.
 */
async function takeIn(
  db: Database,
  recorder: CostMeasuringPollRecorder,
  estate: SystemComparisonEstate,
  feed: SimulatedPollFeed,
): Promise<void> {
  const empty = await relationBytes(db)
  await synchronous(db, 'off')
  for await (const tick of feed.ticks(estate.from, estate.to)) await recorder.record(tick)
  const { node, postgres } = recorder.cpu
  const [read, recorded, server] = [feed.decodeCpu, node, postgres].map((cpu) => seconds(cpu / days))
  printBenchLine(
    `${routes} routes, ${estate.changes.length} changes of a prefix, load ${(loadavg()[0] ?? 0).toFixed(1)}; CPU a day: reading ${read}, recording ${recorded}, Postgres ${server}`,
  )
  printGrowth(await growthSince(db, empty))
}

async function compare(
  db: Database,
  postmaster: number,
  estate: SystemComparisonEstate,
  feed: SimulatedPollFeed,
  servers: readonly TimeSeriesServer[],
): Promise<void> {
  printBenchLine(
    `alternatives bench, ${new Date().toISOString()}, ${cpus().length} cores, load ${(loadavg()[0] ?? 0).toFixed(1)}, Node ${process.version}` +
      servers.map(({ name, version }) => `, ${name} ${version}`).join(''),
  )
  const begun = performance.now()
  const empty = await relationBytes(db)
  const hourly = new Map<string, UpSample[]>()
  const recorder = new CostMeasuringPollRecorder(db, postmaster)
  const mrt = new MrtFileArchive()
  const shipping = new RemoteWriteSender(servers.map(({ url }) => url))
  const before = servers.map((server) => server.cpu())
  // asynchronous commits cost the same CPU, and the run finishes in minutes
  await synchronous(db, 'off')
  for await (const tick of feed.ticks(estate.from, estate.to)) {
    await recorder.record(tick)
    await shipping.add(tick)
    mrt.add(tick)
    recordHour(hourly, tick)
  }
  await shipping.flush()
  const recording = { ...recorder.cpu, node: recorder.cpu.node + feed.decodeCpu }
  await synchronous(db, 'on')
  for (const server of servers) await server.settle()
  const loading = servers.map((server, n) => server.cpu() - (before[n] ?? 0))
  const grown = await growthSince(db, empty)
  const recorded = grown.reduce((sum, { bytes }) => sum + bytes, 0)

  const snapshotCpu = postgresCpu(postmaster)
  await takeSnapshots(db, estate.from, estate.to)
  const snapshotting = postgresCpu(postmaster) - snapshotCpu
  const { heap, indexes } = await readTableSizes(db, ['hourly_snapshot'])
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: estate.resourceId, subresource: '' })
  printBenchLine(
    `${routes} routes of one gateway, 8 sessions, ${days} days, ${estate.changes.length} changes of a prefix, ${estate.outages.length} outages; ` +
      `${shipping.series} series, ${shipping.sent} samples; loaded in ${((performance.now() - begun) / 1_000).toFixed(0)} s`,
  )

  const disk: SystemComparisonRow = {
    name: 'bytes a day',
    cells: { Peerwatch: recorded / days, 'hourly snapshots': (heap + indexes) / days },
    unit: megabytes,
  }
  const pending: SystemComparisonRow = {
    name: '... and write-ahead log',
    cells: { Peerwatch: megabytes(await walBytes(db)) },
  }
  const load: SystemComparisonRow = {
    name: 'CPU of loading all of it, a day',
    cells: { Peerwatch: (recording.node + recording.postgres) / days, 'hourly snapshots': snapshotting / days },
    unit: seconds,
  }
  for (const [n, { name, diskUse }] of servers.entries()) {
    const use = diskUse()
    disk.cells[name] = use.blocks / (use.days ?? days)
    pending.cells[name] = use.head === 0 ? 'none' : megabytes(use.head)
    load.cells[name] = (loading[n] ?? 0) / days
  }
  const { archives, close } = await archivesOf(mrt)
  const sizes = mrt.sizes()
  for (const { name } of archives)
    disk.cells[name] = `${megabytes(sizes.plain / days)}, gzipped ${megabytes(sizes.gzipped / days)}`
  const columns: ComparedSystemName[] = [
    'Peerwatch',
    'hourly snapshots',
    ...[...servers, ...archives].map(({ name }) => name),
  ]
  printSystemComparisonTable(columns, [disk, pending, load])
  printBenchLine(
    `  Peerwatch's CPU a day: Node ${seconds(recording.node / days)}, Postgres ${seconds(recording.postgres / days)}`,
  )
  printGrowth(grown)
  const answers = await benchmarkQueriesOnAllSystems({ db, sourceId, estate, feed, servers, archives })
  await close()
  printSystemComparisonTable(columns, answers)
  printBenchLine('\noutages of sessions: how late each side has begin and end, as a graph shows them')
  await printOutageErrorsBySystem(db, estate, servers, hourly)
  printBenchLine("\nwho changed a connection's routing weight")
  const who = await createPeerwatchQueries(db, estate.resourceId).whoChanged('cxn-1', estate.from, estate.to)
  printBenchLine(`  Peerwatch: ${who === null ? 'nobody is known' : JSON.stringify(who)}`)
  const { rows: columnsOfSnapshots } = await db.pool.query<{ names: string }>(
    "SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) AS names FROM information_schema.columns WHERE table_name = 'hourly_snapshot'",
  )
  printBenchLine(`  hourly snapshots: columns ${columnsOfSnapshots[0]?.names}`)
  for (const { name, url } of servers) {
    const holding = await labelsHolding(url, WEIGHT_CHANGE_CALLER_EMAIL, estate.from, estate.to)
    printBenchLine(
      `  ${name}: ${holding.length === 0 ? 'no label has the caller among its values' : holding.join(', ')}`,
    )
  }
  const cost = await measureScrapeCost(servers, feed, estate.to, { idle: 20, sessions: 15, routes: scrapes })
  const ingestion: SystemComparisonRow = {
    name: 'CPU of a day of polls or scrapes',
    cells: { ...load.cells, ...cost.perDay },
    unit: seconds,
  }
  const idle: SystemComparisonRow = { name: '... of the server without any', cells: {} }
  for (const { name } of servers) idle.cells[name] = seconds(cost.idlePerDay[name] ?? 0)
  printBenchLine('\nreal scrapes')
  printSystemComparisonTable(columns, [ingestion, idle])
  printBenchLine(
    `  the exporter's: ${seconds(cost.exporterPerDay)}, ${megabytes(cost.bytes)} for a scrape of all routes`,
  )
}

/**
 * Starts the programs that read MRT files: Debian's `bgpdump` and `gobgpd`. A program that is not installed is left
 * out.
 */
async function archivesOf(
  mrt: MrtFileArchive,
): Promise<{ archives: ComparedRouteArchive[]; close: () => Promise<void> }> {
  const archives: ComparedRouteArchive[] = []
  if (findProgramPath('bgpdump'))
    archives.push({
      name: 'MRT, bgpdump',
      async covering({ address, at }) {
        const covering = new Set(listPrefixesCoveringAddress(address))
        return [...(await mrt.routesAt(at)).values()].filter(({ prefix = '' }) => covering.has(prefix))
      },
      async differ({ from, to }) {
        const [before, after] = [await mrt.routesAt(from), await mrt.routesAt(to)]
        const keys = new Set([...before.keys(), ...after.keys()])
        return [...keys].filter((key) => before.get(key)?.asPath.join() !== after.get(key)?.asPath.join()).length
      },
      cpu: endedCpu,
    })
  const gobgp = findProgramPath('gobgpd') ? await GoBgp.start(mrt) : null
  if (gobgp)
    archives.push({
      name: 'MRT, GoBGP',
      covering: (lookUp) => gobgp.covering(lookUp),
      cpu: () => gobgp.cpu + endedCpu(),
    })
  return { archives, close: async () => (await gobgp?.stop(), mrt.close()) }
}

function recordHour(hourly: Map<string, UpSample[]>, { at, polls }: PollFeedTick): void {
  if (at % MS_PER_HOUR !== 0) return
  for (const observation of polls) {
    if (observation.kind !== 'peers' || observation.outcome !== 'ok') continue
    for (const row of observation.rows) {
      const samples = hourly.get(sessionKey(row)) ?? []
      hourly.set(sessionKey(row), samples)
      samples.push({ at, up: row.state === 'established', uptimeMs: null })
    }
  }
}

async function synchronous(db: Database, commit: 'on' | 'off'): Promise<void> {
  await db.pool.query(`ALTER SYSTEM SET synchronous_commit = ${commit}`)
  await db.pool.query('SELECT pg_reload_conf()')
}

/** Returns the size of each table and of each index, in bytes. TOAST data count as part of their table. */
async function relationBytes(db: Database): Promise<Map<string, number>> {
  const { rows } = await db.pool.query<{ name: string; bytes: string }>(
    `SELECT coalesce(i.indrelid::regclass || ': ', '') || c.relname AS name,
            CASE WHEN c.relkind = 'r' THEN pg_table_size(c.oid) ELSE pg_relation_size(c.oid) END AS bytes
     FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
     WHERE c.relkind IN ('r', 'i') AND c.relnamespace = 'public'::regnamespace`,
  )
  return new Map(rows.map(({ name, bytes }) => [name, Number(bytes)]))
}

/** Returns how much each table and each index grew, largest first. */
async function growthSince(db: Database, empty: ReadonlyMap<string, number>) {
  await db.pool.query('VACUUM ANALYZE')
  return [...(await relationBytes(db))]
    .map(([name, bytes]) => ({ name, bytes: bytes - (empty.get(name) ?? 0) }))
    .filter(({ bytes }) => bytes !== 0)
    .toSorted((a, b) => b.bytes - a.bytes)
}

/** Prints the growth in kB of all tables and indexes. */
function printGrowth(grown: readonly { name: string; bytes: number }[]): void {
  const all = grown.reduce((sum, { bytes }) => sum + bytes, 0)
  printBenchLine(`  Peerwatch's tables and indexes after ${days} days: ${megabytes(all)}`)
  for (const { name, bytes } of grown) printBenchLine(`    ${(bytes / 1024).toFixed(0).padStart(6)} kB  ${name}`)
}

async function walBytes(db: Database): Promise<number> {
  const { rows } = await db.pool.query<{ bytes: string }>('SELECT sum(size) AS bytes FROM pg_ls_waldir()')
  return Number(rows[0]?.bytes ?? 0)
}
