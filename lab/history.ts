/**
 * Measures the storage size and the query times of history: `npm run bench history [--full] [--intervals=200000]
 * [--gateways=10] [--routes=2000]`.
 * The default is small and takes about a minute. `--full` measures the sizes that the design names: 10 tables of 10,000
 * routes with 1,000,000 intervals over 90 days, then with 10,000,000, loaded by partition. It needs 6 GB of disk and
 * half an hour. `--only=larger --routes=10000 --intervals=20000000` measures a tenth of the intervals and then all of
 * them, both loaded by partition, and extrapolates to 100,000,000. `--only=alternatives --duckdb=FOLDER` also queries
 * DuckDB, `periods` and `ip4r`. All measurements are made in one run, on Postgres as `npm start` runs it.
 */
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import type { Database } from '#lib/platform/database.ts'
import { replaceDatabaseForTests as readFrom } from '#lib/questions/index.ts'
import { compareHistoryWithAlternatives } from './history/alternatives.ts'
import { type BenchTopology, fillEstate } from './history/estate.ts'
import { formatMilliseconds, listTablePartitions, printBenchLine, readTableSizes } from './history/figures.ts'
import { type MeasuredQueryTimes, queryAll } from './history/questions.ts'
import { measurePollRecording } from './history/recording.ts'
import { measureAccessScopedQueries } from './history/scoped.ts'
import { runWithBenchPostgresServer } from './history/server.ts'

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    intervals: { type: 'string' },
    gateways: { type: 'string', default: '10' },
    routes: { type: 'string' },
    only: { type: 'string' },
    /** folder in which DuckDB is installed, for `--only=alternatives` */
    duckdb: { type: 'string' },
  },
})
const gateways = Number(values.gateways)
const routes = Number(values.routes ?? (values.full ? 10_000 : 2_000))
const total = Number(values.intervals ?? (values.full ? 1_000_000 : 200_000))
const LARGER = 10
/** Number of intervals for which query times are extrapolated and not measured. */
const EXTRAPOLATED = 100_000_000
const wanted = (part: string) => values.only === undefined || values.only.split(',').includes(part)

await runWithBenchPostgresServer(async (open) => {
  printBenchLine(
    `history bench, ${new Date().toISOString()}, ${cpus().length} cores, load ${(loadavg()[0] ?? 0).toFixed(1)}, Node ${process.version}`,
  )
  if (wanted('recording')) {
    printBenchLine('\nrecording one learned table of 10,000 prefixes')
    const db = await open()
    await measurePollRecording(db)
    await db.close()
  }
  const larger = values.only?.split(',').includes('larger') ?? values.full
  if (wanted('questions')) await measure(total, { inDetail: true, byPartition: false })
  if (larger) {
    const most = values.only === undefined ? total * LARGER : total
    const sizes = { from: most / LARGER, to: most }
    const few = await measure(sizes.from, { inDetail: false, byPartition: true })
    growth(sizes, few, await measure(sizes.to, { inDetail: false, byPartition: true }))
  }

  if (values.only?.split(',').includes('alternatives'))
    await made(total, false, (db, estate) => compareHistoryWithAlternatives(db, estate, values.duckdb))
  // `scope` must be requested explicitly, because the part `questions` already includes it
  if (values.only?.split(',').includes('scope')) await made(total, false, measureAccessScopedQueries)

  function measure(intervals: number, { inDetail, byPartition }: { inDetail: boolean; byPartition: boolean }) {
    return made(intervals, byPartition, (db, estate) => queryAll(db, estate, { inDetail }))
  }

  async function made<Result>(
    intervals: number,
    byPartition: boolean,
    ask: (db: Database, estate: BenchTopology) => Promise<Result>,
  ): Promise<Result> {
    const db = await open()
    const begun = performance.now()
    const estate = await fillEstate(
      db,
      { gateways, routes, intervals: Math.round(intervals / gateways / routes) },
      Date.now(),
      { byPartition },
    )
    const rows = estate.gateways * estate.routes * estate.intervals
    const { heap, indexes } = await readTableSizes(db, await listTablePartitions(db, 'route_interval'))
    printBenchLine(
      `\n${rows} route intervals over 90 days, ${gateways} tables of ${routes} routes (made${byPartition ? ' by partition, with all constraints,' : ''} in ${((performance.now() - begun) / 1000).toFixed(0)} s)`,
    )
    printBenchLine(
      `  ${(heap / rows).toFixed(0)} bytes of heap for each interval, ${((heap + indexes) / rows).toFixed(0)} with all indexes`,
    )
    // in the product, expensive queries use separate connections; here they use this database
    readFrom(db)
    const answered = await ask(db, estate)
    readFrom(undefined)
    await db.close()
    return answered
  }
})

/**
 * Prints the growth of query times from one size to the next, and extrapolates it to {@link EXTRAPOLATED} intervals.
 */
function growth(sizes: { from: number; to: number }, small: MeasuredQueryTimes, large: MeasuredQueryTimes): void {
  printBenchLine(
    `\ngrowth from ${sizes.from} to ${sizes.to} intervals; ${EXTRAPOLATED} are extrapolated by it, not loaded`,
  )
  const further = Math.log(EXTRAPOLATED / sizes.to) / Math.log(sizes.to / sizes.from)
  const grown = (before: number, after: number) =>
    `${formatMilliseconds(before)} -> ${formatMilliseconds(after)}, ${(after / before).toFixed(2)} times; extrapolated ${formatMilliseconds(after * Math.max(1, after / before) ** further)}`
  for (const [name, figure] of [
    ['look-up in the database', 'lookup'],
    ['look-up at the API', 'lookupApi'],
    ['diff, an hour apart', 'diffHour'],
    ['diff, a day apart', 'diffDay'],
    ['diff, up to 30 days apart', 'diffQuarter'],
    ['churn of a day', 'churnDay'],
    ['churn of 30 days', 'churnMonth'],
  ] as const) {
    const [before, after] = [small[figure], large[figure]]
    const cpu = before.cpu === null || after.cpu === null ? '' : `; CPU ${grown(before.cpu, after.cpu)}`
    printBenchLine(`  ${name}: p95 ${grown(before.p95, after.p95)}${cpu}`)
  }
}
