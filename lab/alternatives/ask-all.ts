import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import { createApiQueries } from '../history/asking.ts'
import {
  formatMilliseconds,
  createRandom,
  formatRunTimeStatistics as shownTimes,
  measureFunctionRunTimes,
  type RunTimeStatistics,
} from '../history/figures.ts'
import { type SystemComparisonEstate } from './estate.ts'
import type { SimulatedPollFeed } from './feed.ts'
import {
  type RouteInSystemAnswer,
  formatComparableRouteSet,
  type AddressLookUpInput,
  drawLookUps,
  computeTrueRouteSetText,
  type AnswerAccuracyCounts,
  countRightAndWrongAnswers,
} from './look-ups.ts'
import { createPeerwatchQueries } from './peerwatch.ts'
import { coveringByPrefixes, coveringInTable, countDifferingSeries, type MetricLabelPairs } from './promql.ts'
import type { ComparedSystemName, SystemComparisonRow } from './report.ts'
import type { TimeSeriesServer } from './servers.ts'
import { snapshotDiff, snapshotRoutesCovering } from './snapshots.ts'

/** Number of look-ups of each kind, of look-ups that fetch the whole table, and of diffs. */
const TIMES = { lookUps: 100, tables: 10, diffs: 12 }

/** A compared system that is queried with its own programs. */
export interface ComparedRouteArchive {
  name: ComparedSystemName
  covering: (lookUp: AddressLookUpInput) => Promise<readonly RouteInSystemAnswer[]>
  /** Counts the routes that differ between two times. */
  differ?: (range: { from: number; to: number }) => Promise<number>
  /** Returns the CPU seconds that the programs of the compared system have used so far. */
  cpu: () => number
}

interface QueryContext {
  archives: readonly ComparedRouteArchive[]
  db: Database
  sourceId: number
  estate: SystemComparisonEstate
  feed: SimulatedPollFeed
  servers: readonly TimeSeriesServer[]
}

type Cells = SystemComparisonRow['cells']

/** Runs the same queries on all systems. Measures their duration and how often the answer matches the true state. */
export async function benchmarkQueriesOnAllSystems({
  db,
  sourceId,
  estate,
  feed,
  servers,
  archives,
}: QueryContext): Promise<SystemComparisonRow[]> {
  const { resourceId: scope } = estate
  const own = createPeerwatchQueries(db, scope)
  const api = createApiQueries(db)
  const iso = (at: number) => new Date(at).toISOString()
  const lookUps = drawLookUps(estate, TIMES.lookUps)
  const both = [...lookUps.any, ...lookUps.afterChanges]
  const p50: Cells = {}
  const p95: Cells = {}
  const cpu: Cells = {}
  const note = (column: ComparedSystemName, times: RunTimeStatistics, ofServer = 0) => {
    p50[column] = times.p50
    p95[column] = times.p95
    if (times.cpu !== null) cpu[column] = times.cpu + ofServer
  }

  note('Peerwatch', await measureFunctionRunTimes(db, both, ({ address, at }) => own.covering(address, at)))
  note(
    'hourly snapshots',
    await measureFunctionRunTimes(db, both, (lookUp) => snapshotRoutesCovering(db, sourceId, lookUp)),
  )
  const throughApi = await measureFunctionRunTimes(db, lookUps.any, ({ address: ip, at }) =>
    api.lookup({ ip, at: iso(at), scope }),
  )
  const wholeTable: Cells = {}
  for (const { name, url, cpu: usedBy } of servers) {
    const byPrefixes = ({ address, at }: AddressLookUpInput) => coveringByPrefixes(url, address, at)
    const inTable = ({ address, at }: AddressLookUpInput) => coveringInTable(url, address, at)
    wholeTable[name] = (await measureFunctionRunTimes(db, lookUps.any.slice(0, TIMES.tables), inTable)).p50
    const before = usedBy()
    const times = await measureFunctionRunTimes(db, both, byPrefixes)
    note(name, times, ((usedBy() - before) * 1_000) / both.length)
  }
  for (const { name, covering, cpu: usedBy } of archives) {
    const before = usedBy()
    const times = await measureFunctionRunTimes(db, both, covering)
    note(name, times, ((usedBy() - before) * 1_000) / both.length)
  }

  const ranges = rangesOf(estate)
  const diffP50: Cells = {}
  const diffApi = await measureFunctionRunTimes(db, ranges, ({ from, to }) =>
    api.diff({ scope, from: iso(from), to: iso(to) }),
  )
  diffP50.Peerwatch = (await measureFunctionRunTimes(db, ranges, (range) => own.diff(range))).p50
  diffP50['hourly snapshots'] = (
    await measureFunctionRunTimes(db, ranges, (range) => snapshotDiff(db, sourceId, range))
  ).p50
  for (const { name, url } of servers)
    diffP50[name] = (await measureFunctionRunTimes(db, ranges, (range) => countDifferingSeries(url, range))).p50
  for (const { name, differ } of archives)
    if (differ) diffP50[name] = (await measureFunctionRunTimes(db, ranges, differ)).p50

  return [
    { name: 'look-up as of T, p50', cells: p50, unit: formatMilliseconds },
    { name: '... p95', cells: p95, unit: formatMilliseconds },
    { name: '... CPU of server and client', cells: cpu, unit: formatMilliseconds },
    { name: '... by fetching the whole table, p50', cells: wholeTable, unit: formatMilliseconds },
    { name: '... as JSON of the API', cells: { Peerwatch: shownTimes(throughApi) } },
    ...(await accuracy('right / wrong / said to be uncertain, of 100 at any time', lookUps.any)),
    ...(await accuracy('... of 100 within 30 minutes after a change', lookUps.afterChanges)),
    {
      name: `diff ${(ranges[0] ? ranges[0].to - ranges[0].from : 0) / MS_PER_HOUR} hours apart, p50`,
      cells: diffP50,
      unit: formatMilliseconds,
    },
    { name: '... as JSON of the API', cells: { Peerwatch: shownTimes(diffApi) } },
    { name: '... routes that differ, of the first', cells: await differing() },
  ]

  async function accuracy(name: string, asked: readonly AddressLookUpInput[]): Promise<SystemComparisonRow[]> {
    const truths: string[] = []
    for (const lookUp of asked) truths.push(await computeTrueRouteSetText(feed, lookUp))
    const verdict = async (answer: (lookUp: AddressLookUpInput) => Promise<{ answer: string; isCertain: boolean }>) => {
      const answers: { answer: string; isCertain: boolean }[] = []
      for (const lookUp of asked) answers.push(await answer(lookUp))
      return shown(countRightAndWrongAnswers(truths, answers))
    }
    const cells: Cells = {
      Peerwatch: await verdict(async ({ address, at }) => {
        const routes = await own.covering(address, at)
        return {
          answer: formatComparableRouteSet(routes),
          isCertain: routes.every(({ known }) => known === 'observed'),
        }
      }),
      'hourly snapshots': await verdict(async (lookUp) => {
        const rows = await snapshotRoutesCovering(db, sourceId, lookUp)
        const routes = rows.flatMap(({ attributes, ...row }) => attributes.map(({ asPath }) => ({ ...row, asPath })))
        return { answer: formatComparableRouteSet(routes), isCertain: true }
      }),
    }
    for (const { name, url } of servers) {
      cells[name] = await verdict(async ({ address, at }) => {
        const series = await coveringByPrefixes(url, address, at)
        return { answer: formatComparableRouteSet(series.map(routeOf)), isCertain: true }
      })
    }
    for (const { name: column, covering } of archives)
      cells[column] = await verdict(async (lookUp) => ({
        answer: formatComparableRouteSet(await covering(lookUp)),
        isCertain: true,
      }))
    return [{ name, cells }]
  }

  async function differing(): Promise<Cells> {
    const [range] = ranges
    if (!range) return {}
    const { differ, undecidable } = await own.diff(range)
    const cells: Cells = {
      Peerwatch: `${differ}, and ${undecidable} uncertain`,
      'hourly snapshots': `${await snapshotDiff(db, sourceId, range)} rows`,
    }
    for (const { name, url } of servers) cells[name] = `${await countDifferingSeries(url, range)} series`
    for (const { name, differ } of archives) if (differ) cells[name] = `${await differ(range)} routes`
    return cells
  }
}

const shown = ({ right, wrong, uncertain }: AnswerAccuracyCounts) => `${right} / ${wrong} / ${uncertain}`

const routeOf = ({ instance, peer, prefix, as_path: asPath = '' }: MetricLabelPairs) => ({
  instance,
  peer,
  prefix,
  asPath: asPath.split(' ').filter(Boolean).map(Number),
})

/** Returns random ranges for diffs. The two ends are a day apart, or a third of a shorter run. */
function rangesOf({ from, to }: SystemComparisonEstate): { from: number; to: number }[] {
  const below = createRandom(5)
  const apart = Math.min(MS_PER_DAY, Math.floor((to - from) / 3 / MS_PER_HOUR) * MS_PER_HOUR)
  const first = from + MS_PER_HOUR + apart
  return Array.from({ length: TIMES.diffs }, () => {
    const end = first + below(to - first)
    return { from: end - apart, to: end }
  })
}
