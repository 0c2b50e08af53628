import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { rollUpChurn, readCoveringRoutes } from '#lib/history/index.ts'
import { readRouteChurn } from '#lib/routes/store/route-churn.ts'
import { readRoutesDiff } from '#lib/routes/store/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { randomAddress, createApiQueries } from './asking.ts'
import type { BenchTopology } from './estate.ts'
import {
  printPlan,
  createRandom,
  printBenchLine,
  formatRunTimeStatistics,
  readTableSizes,
  measureFunctionRunTimes,
  type RunTimeStatistics,
} from './figures.ts'
import { measureAccessScopedQueries } from './scoped.ts'

export interface MeasuredQueryTimes {
  lookup: RunTimeStatistics
  lookupApi: RunTimeStatistics
  diffHour: RunTimeStatistics
  diffDay: RunTimeStatistics
  diffQuarter: RunTimeStatistics
  churnDay: RunTimeStatistics
  churnMonth: RunTimeStatistics
}

/**
 * Measures look-ups, diffs and churn of one estate in the database and at the API. Churn is measured before and after
 * it is rolled up.
 * @param options.inDetail whether to print query plans and the cost of scoped access
 */
export async function queryAll(
  db: Database,
  estate: BenchTopology,
  options: { inDetail: boolean },
): Promise<MeasuredQueryTimes> {
  const api = createApiQueries(db)
  const below = createRandom(7)
  const iso = (at: number) => new Date(at).toISOString()
  const kinds = ['learned'] as const
  const moments = Array.from({ length: 200 }, () => ({
    at: estate.from + MS_PER_DAY + below(estate.to - estate.from - MS_PER_DAY),
    address: randomAddress(below, estate.routes / 2),
    scope: estate.resourceIds[below(estate.gateways)] ?? '',
  }))

  const lookup = await measureFunctionRunTimes(db, moments, (m) =>
    readCoveringRoutes(db.pool, { ...m, kinds, scope: undefined }),
  )
  const lookupApi = await measureFunctionRunTimes(db, moments, ({ address: ip, at }) => api.lookup({ ip, at: iso(at) }))
  const lookupOne = await measureFunctionRunTimes(db, moments, ({ address: ip, at, scope }) =>
    api.lookup({ ip, at: iso(at), scope }),
  )
  printBenchLine(
    `  look-up as of T, all ${estate.gateways} gateways, in the database: ${formatRunTimeStatistics(lookup)}; at the API: ${formatRunTimeStatistics(lookupApi)}`,
  )
  printBenchLine(`  look-up as of T, one gateway, at the API:                ${formatRunTimeStatistics(lookupOne)}`)

  const ranges = Array.from({ length: 12 }, (_, i) => ({
    scope: estate.resourceIds[i % estate.gateways] ?? '',
    to: estate.from + 2 * MS_PER_DAY + below(estate.to - estate.from - 3 * MS_PER_DAY),
  }))
  const within = (scope: string, from: number, to: number) => ({ scope, from: iso(from), to: iso(to) })
  const churn = (length: number) => (range: (typeof ranges)[number]) =>
    api.churn(within(range.scope, Math.max(estate.from, range.to - length), range.to))
  const askChurn = async () => ({
    churnDay: await measureFunctionRunTimes(db, ranges, churn(MS_PER_DAY)),
    churnMonth: await measureFunctionRunTimes(db, ranges.slice(0, 5), churn(30 * MS_PER_DAY)),
  })
  const counting = await askChurn()
  await rolledUp(db)
  const rolled = await askChurn()
  for (const [name, figure] of [
    ['a day', 'churnDay'],
    ['30 days', 'churnMonth'],
  ] as const)
    printBenchLine(
      `  churn of one gateway at the API, ${name}: rolled up ${formatRunTimeStatistics(rolled[figure])}; counting intervals ${formatRunTimeStatistics(counting[figure])}: ${timesAs(counting[figure], rolled[figure])}`,
    )

  const diff = (length: number) => (range: (typeof ranges)[number]) =>
    api.diff(within(range.scope, Math.max(estate.from + MS_PER_DAY, range.to - length), range.to))
  const diffHour = await measureFunctionRunTimes(db, ranges, diff(3_600_000))
  const diffDay = await measureFunctionRunTimes(db, ranges, diff(MS_PER_DAY))
  const diffQuarter = await measureFunctionRunTimes(db, ranges, diff(30 * MS_PER_DAY))
  const one = ranges[0] ?? { scope: '', to: estate.to }
  const rows = await readRoutesDiff(db.pool, { scope: one.scope, kinds, from: one.to - MS_PER_DAY, to: one.to })
  const differ = rows.announced.length + rows.withdrawn.length + rows.changed.length
  printBenchLine(
    `  diff of two ${estate.routes}-route tables at the API: an hour apart ${formatRunTimeStatistics(diffHour)}; a day apart ${formatRunTimeStatistics(diffDay)} (${differ} differ); up to 30 days apart ${formatRunTimeStatistics(diffQuarter)}`,
  )

  if (options.inDetail) {
    const [m] = moments
    if (m) await printPlan(db, 'the look-up', '>>=', (q) => readCoveringRoutes(q, { ...m, kinds, scope: undefined }))
    await printPlan(db, 'the diff', 'jsonb_to_recordset', (q) =>
      readRoutesDiff(q, { scope: one.scope, kinds, from: one.to - MS_PER_DAY, to: one.to }),
    )
    await printPlan(db, 'churn', 'polls AS MATERIALIZED', (q) =>
      readRouteChurn(q, {
        scope: one.scope,
        kinds,
        from: one.to - MS_PER_DAY,
        to: one.to,
        stepMs: 3_600_000,
        top: 20,
        windows: [],
      }),
    )
    await measureAccessScopedQueries(db, estate)
  }
  return { lookup, lookupApi, diffHour, diffDay, diffQuarter, ...rolled }
}

async function rolledUp(db: Database): Promise<void> {
  const begun = performance.now()
  const polls = await rollUpChurn(db)
  const took = performance.now() - begun
  await db.pool.query('VACUUM ANALYZE route_churn, route_churn_state')
  const { heap, indexes } = await readTableSizes(db, ['route_churn'])
  printBenchLine(
    `  rolled up in ${(took / 1000).toFixed(1)} s: ${polls} polls that changed something, ${((heap + indexes) / 2 ** 20).toFixed(1)} MB`,
  )
}

function timesAs(one: RunTimeStatistics, other: RunTimeStatistics): string {
  const cpu = one.cpu === null || other.cpu === null ? '' : `, CPU ${(one.cpu / other.cpu).toFixed(1)} times`
  return `p50 ${(one.p50 / other.p50).toFixed(1)} times${cpu}`
}
