/**
 * Loads the same route intervals into DuckDB and into Debian's PostgreSQL with the extensions `periods` and `ip4r`, and
 * runs the same queries on all. The alternatives store the time at which a change was first seen, without bounds and
 * without the periods that were not polled.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { rollUpChurn, readCoveringRoutes } from '#lib/history/index.ts'
import { readRouteChurn } from '#lib/routes/store/route-churn.ts'
import { findFreePort } from '#lib/platform/bootstrap/postgres.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { readRoutesDiff } from '#lib/routes/store/index.ts'
import { listPrefixesCoveringAddress } from '../alternatives/exposition.ts'
import { randomAddress } from './asking.ts'
import type { BenchTopology } from './estate.ts'
import {
  listTablePartitions,
  printBenchLine,
  createRandom,
  formatRunTimeStatistics,
  readTableSizes,
  measureFunctionRunTimes,
} from './figures.ts'

const kinds = ['learned'] as const
const TIMES = { lookUps: 200, diffs: 12, churns: 5 }
const MONTH = 30 * MS_PER_DAY
const TOP = 20
const OWN_TABLES = ['route', 'route_attributes', 'route_churn', 'coverage']

interface LookUp {
  address: string
  at: number
}
interface Range {
  source: number
  scope: string
  from: number
  to: number
}
/** An alternative system that is queried with its own SQL. */
interface Side {
  name: string
  rows: (sql: string) => Promise<number>
  /** database whose server processes do the work; null = the work runs in this process */
  database: Database | null
  bytes: number
  covers: (address: string) => string
  asOf: (moment: string) => string
  stop: () => Promise<void>
}

const INTERVALS = `SELECT s.source_id, s.route_id, r.instance, r.peer, r.prefix::text, s.attributes_id, s.first_present, coalesce(s.first_absent, 'infinity')
  FROM route_span s JOIN route r ON r.id = s.route_id ORDER BY 1, r.prefix, 2, 7`
const SETS = 'SELECT source_id, id, attributes::text FROM route_attributes'
const COLUMNS = (prefix: string) =>
  `source int, route_id int, instance text, peer text, prefix ${prefix}, attributes_id int, since timestamptz NOT NULL, until timestamptz NOT NULL`
const SET_COLUMNS = 'source int, id int, attributes text'

/** Copies rows of Peerwatch's database to a shell command. */
const copied = (db: Database, rows: string, into: string) =>
  execFileSync('sh', ['-c', `psql "$0" -qc "COPY ($1) TO STDOUT (FORMAT csv)" ${into}`, db.url, rows])

const instant = (at: number) => `TIMESTAMPTZ '${new Date(at).toISOString()}'`
const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`

const coveringOf = ({ covers, asOf }: Side, { address, at }: LookUp) =>
  `SELECT r.source, instance, peer, prefix, attributes FROM route_flat r JOIN attribute_set a ON a.source = r.source AND a.id = r.attributes_id
   WHERE ${covers(address)} AND ${asOf(instant(at))}`

function diffOf({ asOf }: Side, { source, from, to }: Range): string {
  const table = (at: number) => `(SELECT * FROM route_flat WHERE source = ${source} AND ${asOf(instant(at))})`
  return `SELECT coalesce(a.instance, b.instance), coalesce(a.peer, b.peer), coalesce(a.prefix, b.prefix), a.attributes_id, b.attributes_id
    FROM ${table(from)} a FULL JOIN ${table(to)} b ON a.route_id = b.route_id WHERE a.attributes_id IS DISTINCT FROM b.attributes_id`
}

/**
 * Returns SQL that counts the changes in each hour and lists the prefixes with the most changes. The end of an interval
 * and the begin of the next interval at the same time count as one change.
 */
function churnOf(_: Side, { source, from, to }: Range): string {
  const moves = (column: string) =>
    `SELECT route_id, CAST(prefix AS text) AS prefix, ${column} AS moved_at FROM route_flat WHERE source = ${source} AND ${column} >= ${instant(from)} AND ${column} < ${instant(to)}`
  return `WITH moves AS MATERIALIZED (${moves('since')} UNION ${moves('until')})
    SELECT * FROM (SELECT CAST(floor((extract(epoch FROM moved_at) - ${from / 1_000}) / 3600) AS text), count(*) FROM moves GROUP BY 1) steps
    UNION ALL SELECT * FROM (SELECT prefix, count(*) FROM moves GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${TOP}) prefixes`
}

/**
 * Compares Peerwatch with the alternatives.
 * @param duckdb a folder in which `npm install --prefix FOLDER @duckdb/node-api` was run
 */
export async function compareHistoryWithAlternatives(
  db: Database,
  estate: BenchTopology,
  duckdb: string | undefined,
): Promise<void> {
  await rollUpChurn(db)
  const sides: Side[] = []
  const below = createRandom(7)
  const lookUps = Array.from({ length: TIMES.lookUps }, () => ({
    at: estate.from + MS_PER_DAY + below(estate.to - estate.from - MS_PER_DAY),
    address: randomAddress(below, estate.routes / 2),
  }))
  const ranges = (length: number, count: number): Range[] =>
    Array.from({ length: count }, (_, n) => {
      const to = estate.from + MONTH + MS_PER_DAY + below(estate.to - estate.from - MONTH - 2 * MS_PER_DAY)
      const one = n % estate.gateways
      return { source: estate.sourceIds[one] ?? 0, scope: estate.resourceIds[one] ?? '', from: to - length, to }
    })
  try {
    if (duckdb === undefined)
      printBenchLine('  DuckDB is left out: npm install --prefix FOLDER @duckdb/node-api, --duckdb=FOLDER')
    else sides.push(await inDuckDb(db, duckdb))
    if (existsSync('/usr/bin/pg_virtualenv')) sides.push(await withPeriods(db))
    else printBenchLine('  periods and ip4r are left out: apt-get install postgresql-15-periods postgresql-15-ip4r')
    const { heap, indexes } = await readTableSizes(db, [
      ...(await listTablePartitions(db, 'route_interval')),
      ...OWN_TABLES,
    ])
    const sizes = sides.map(({ name, bytes }) => `${name} ${megabytes(bytes)}`)
    printBenchLine(`  kept: ${[`Peerwatch ${megabytes(heap + indexes)}`, ...sizes].join(', ')}`)

    const covering = async ({ at, address }: LookUp) => {
      const routes = await readCoveringRoutes(db.pool, { at, address, kinds, scope: undefined })
      const certain = routes.filter(({ known }) => known === 'observed').length
      return { from: certain, to: routes.length }
    }
    const difference = async ({ scope, from, to }: Range) => {
      const { announced, withdrawn, changed, undecidable } = await readRoutesDiff(db.pool, { scope, kinds, from, to })
      const certain = announced.length + withdrawn.length + changed.length
      return { from: certain, to: certain + undecidable.length }
    }
    const churn = async ({ scope, from, to }: Range) => {
      const asked = { scope, kinds, from, to, stepMs: MS_PER_HOUR, top: TOP, windows: [] }
      const { steps, topPrefixes } = await readRouteChurn(db.pool, asked)
      const certain = steps.length + topPrefixes.length
      return { from: certain, to: certain }
    }
    await ask('look-up as of T over all gateways', lookUps, covering, coveringOf)
    await ask('diff of a gateway, a day apart', ranges(MS_PER_DAY, TIMES.diffs), difference, diffOf)
    await ask('... 30 days apart', ranges(MONTH, TIMES.diffs), difference, diffOf)
    await ask(`churn of a gateway by hour and of ${TOP} prefixes, 30 days`, ranges(MONTH, TIMES.churns), churn, churnOf)
  } finally {
    for (const side of sides) await side.stop()
  }

  /**
   * Prints the query times of all systems. For each alternative, also prints how many answers have as many rows as
   * Peerwatch's answer. Rows that Peerwatch reports as uncertain may be present or absent.
   */
  async function ask<T>(
    name: string,
    inputs: readonly T[],
    own: (input: T) => Promise<{ from: number; to: number }>,
    sql: (side: Side, input: T) => string,
  ): Promise<void> {
    const ours: { from: number; to: number }[] = []
    for (const input of inputs) ours.push(await own(input))
    const rows = ours.reduce((sum, { from }) => sum + from, 0)
    const uncertain = ours.reduce((sum, { from, to }) => sum + to - from, 0)
    printBenchLine(`  ${name}, ${inputs.length} times: ${rows} rows, and ${uncertain} that Peerwatch calls uncertain`)
    const times = await measureFunctionRunTimes(db, inputs, own)
    printBenchLine(`    Peerwatch: ${formatRunTimeStatistics(times)}`)
    for (const side of sides) {
      let same = 0
      for (const [n, input] of inputs.entries()) {
        const [theirs, { from = 0, to = 0 } = {}] = [await side.rows(sql(side, input)), ours[n]]
        if (theirs >= from && theirs <= to) same += 1
      }
      const theirs = await measureFunctionRunTimes(side.database ?? db, inputs, (input) => side.rows(sql(side, input)))
      const ratio = theirs.cpu === null || times.cpu === null ? '' : ` (${(theirs.cpu / times.cpu).toFixed(2)} times)`
      printBenchLine(
        `    ${side.name}: ${formatRunTimeStatistics(theirs)}${ratio}; as many rows in ${same} of ${inputs.length}`,
      )
    }
  }
}

interface DuckDb {
  DuckDBInstance: { create: (file: string) => Promise<{ connect: () => Promise<Connection>; closeSync: () => void }> }
}
interface Connection {
  runAndReadAll: (sql: string) => Promise<{ getRowsJson: () => unknown[] }>
  closeSync: () => void
}

/**
 * Loads the rows into one DuckDB file, sorted by source and prefix, so that queries can skip blocks by their minimum
 * and maximum values.
 */
async function inDuckDb(db: Database, folder: string): Promise<Side> {
  const { DuckDBInstance } = createRequire(path.resolve(folder, 'package.json'))('@duckdb/node-api') as DuckDb
  const data = mkdtempSync(path.join(tmpdir(), 'peerwatch-duckdb-'))
  const [file, csv] = [path.join(data, 'routes.duckdb'), path.join(data, 'rows.csv')]
  const instance = await DuckDBInstance.create(file)
  const connection = await instance.connect()
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson().length
  for (const [table, columns, from] of [
    ['route_flat', COLUMNS('text'), INTERVALS],
    ['attribute_set', SET_COLUMNS, SETS],
  ] as const) {
    copied(db, from, `> ${csv}`)
    await rows(`CREATE TABLE ${table} (${columns}); COPY ${table} FROM '${csv}' (FORMAT csv)`)
  }
  await rows('CHECKPOINT')
  return {
    name: 'DuckDB',
    rows,
    database: null,
    bytes: statSync(file).size,
    covers: (address) =>
      `prefix IN (${listPrefixesCoveringAddress(address)
        .map((prefix) => `'${prefix}'`)
        .join()})`,
    asOf: (moment) => `since <= ${moment} AND until > ${moment}`,
    async stop() {
      connection.closeSync()
      instance.closeSync()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** Starts a Debian cluster, which is removed when its standard input ends. */
async function withPeriods(db: Database): Promise<Side> {
  const port = await findFreePort()
  const args = [
    '-t',
    '-v',
    '15',
    '-c',
    `--port=${port}`,
    '-o',
    'shared_buffers=128MB',
    'sh',
    '-c',
    'echo "password=$PGPASSWORD"; cat',
  ]
  const cluster = spawn('pg_virtualenv', args, { stdio: ['pipe', 'pipe', 'inherit'] })
  let said = ''
  for await (const text of cluster.stdout.iterator({ destroyOnReturn: false })) {
    said += String(text)
    if (/password=.*\n/.test(said)) break
  }
  cluster.stdout.resume()
  const url = `postgres://postgres:${/password=(.*)\n/.exec(said)?.[1]}@localhost:${port}/postgres`
  const database = createDatabase(url, { max: 2, applicationName: 'peerwatch-bench' })
  const stop = async () => {
    await database.close()
    cluster.stdin.end()
    await once(cluster, 'exit')
  }
  try {
    await database.pool.query('CREATE EXTENSION ip4r; CREATE EXTENSION periods CASCADE')
    for (const [table, columns, from] of [
      ['route_flat', COLUMNS('iprange'), INTERVALS],
      ['attribute_set', `${SET_COLUMNS}, PRIMARY KEY (source, id)`, SETS],
    ] as const) {
      await database.pool.query(`CREATE TABLE ${table} (${columns})`)
      copied(db, from, `| psql '${url}' -qc 'COPY ${table} FROM STDIN (FORMAT csv)'`)
    }
    await database.pool.query(
      "SET maintenance_work_mem = '512MB'; SELECT periods.add_period('route_flat', 'validity', 'since', 'until')",
    )
    await database.pool.query("SELECT periods.add_unique_key('route_flat', ARRAY['route_id'], 'validity')")
    await database.pool.query("CREATE INDEX ON route_flat USING gist (prefix, tstzrange(since, until, '[)'))")
    await database.pool.query("CREATE INDEX ON route_flat USING gist (source, tstzrange(since, until, '[)'))")
    await database.pool.query('CREATE INDEX ON route_flat (source, since); CREATE INDEX ON route_flat (source, until)')
    await database.pool.query('VACUUM ANALYZE')
  } catch (error) {
    await stop()
    throw error
  }
  const { heap, indexes } = await readTableSizes(database, ['route_flat', 'attribute_set'])
  return {
    name: 'periods, ip4r',
    rows: async (sql) => (await database.pool.query(sql)).rows.length,
    database,
    bytes: heap + indexes,
    covers: (address) => `prefix >>= '${address}'::iprange`,
    asOf: (moment) => `tstzrange(since, until, '[)') @> ${moment}`,
    stop,
  }
}
