import { armTypes, type EpochMs, type PollKind } from '#lib/contract/index.ts'
import type { MonitorTestsParameters, NetworksEndpointResponse, ConnectionMonitorTestToEncode } from '../api/index.ts'
import { formatProbeName } from '#lib/detection/index.ts'
import { readProbeResults, type ProbeSeries, readResourcesByProbeTest } from '../store/index.ts'
import type { Period, ResourceView } from '#lib/history/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  readCoverageBetween,
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  pickPollsOfKinds,
  readSources,
  resolveResource,
} from '#lib/questions/index.ts'

const kinds: readonly PollKind[] = ['probe']
const DEFAULT_RANGE_MS = 60 * 60_000

/**
 * Returns the results of the tests of Azure connection monitors. `scope` may be a monitor. It may also be a circuit or
 * gateway; the result then contains the tests whose destination is reached over it. The result is empty if there are no
 * monitors.
 */
export async function readMonitorTestsOfRequest(
  db: ReadableDatabase,
  { scope, from, to: asked, step }: MonitorTestsParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<NetworksEndpointResponse<'probes'>> {
  const q = getSqlExecutor(db)
  const resource = scope === undefined ? null : await resolveResource(q, scope)
  const to = asked ?? now
  const range = { from: from ?? to - DEFAULT_RANGE_MS, to }
  const monitor = resource?.type === armTypes.connectionMonitor ? resource.id : undefined
  return {
    data: await readProbesInPeriod(q, { ...range, resource, step }),
    ...buildFreshnessFields(pickPollsOfKinds(await readSources(q, monitor), kinds), now),
    ...(await readCoverageBetween(q, { kinds, ...range, now, ...(monitor ? { scope: monitor } : {}) })),
  }
}

/**
 * Returns the results of the tests of Azure connection monitors in a period.
 * @param query.resource ID of a connection monitor, for only its tests; or of a circuit or gateway, for only the tests
 *   whose destination is reached over it; null = all tests
 */
export async function readProbesInPeriod(
  q: SqlExecutor,
  { resource, step, ...range }: Period & { resource: ResourceView | null; step?: number | undefined },
): Promise<ConnectionMonitorTestToEncode[]> {
  const monitor = resource?.type === armTypes.connectionMonitor ? resource.id : undefined
  const series = await readProbeResults(q, { scope: monitor, ...range })
  // The stored state of detection is large, so it is read only if there are test results.
  const reach = series.length === 0 ? new Map<string, string[]>() : await readResourcesByProbeTest(q)
  const reachOf = (one: ProbeSeries) => reach.get(formatProbeName(one.dimensions)) ?? []
  const own = series.filter((one) => !resource || monitor || reachOf(one).includes(resource.id))
  return [...Map.groupBy(own, (one) => `${one.scope} ${JSON.stringify(one.dimensions)}`).values()].flatMap((test) => {
    const [first] = test
    if (!first) return []
    const { scope, resourceId, monitor, dimensions } = first
    const named = (name: string) => dimensions[name] ?? ''
    return {
      scope,
      resourceId,
      monitor,
      test: formatProbeName(dimensions),
      source: { name: named('sourcename'), address: named('sourceaddress') },
      destination: { name: named('destinationname'), address: named('destinationaddress') },
      protocol: named('protocol'),
      reaches: reachOf(first),
      points: pointsOf(test, first.grainSeconds * 1_000, step),
    }
  })
}

/** The possible results of a test. The index is the number that Azure reports; a higher number is worse. */
const RESULTS = ['unknown', 'pass', 'warning', 'fail'] as const

/**
 * Combines the metrics of one test into points of equal length.
 * @param step length of a point in milliseconds; absent = the interval in which Azure reports values
 */
function pointsOf(series: readonly ProbeSeries[], grainMs: number, step = 0): ConnectionMonitorTestToEncode['points'] {
  const byMetric = new Map(series.map(({ metric, points }) => [metric, new Map(points.map((p) => [p.at, p.average]))]))
  const times = [...new Set(series.flatMap(({ points }) => points.map(({ at }) => at)))].toSorted((a, b) => a - b)
  const length = Math.max(step, grainMs)
  const valuesOf = (metric: string, of: readonly EpochMs[]) => of.flatMap((at) => byMetric.get(metric)?.get(at) ?? [])
  return [...Map.groupBy(times, (at) => Math.floor(at / length) * length)].map(([begin, of]) => {
    const failed = valuesOf('ChecksFailedPercent', of)
    const trips = valuesOf('RoundTripTimeMs', of)
    const results = valuesOf('TestResult', of)
    return {
      at: step ? begin : (of[0] ?? begin),
      seconds: length / 1_000,
      failedShare: failed.length === 0 ? null : Math.min(1, Math.max(0, Math.max(...failed) / 100)),
      roundTripMs: trips.length === 0 ? null : trips.reduce((sum, trip) => sum + trip, 0) / trips.length,
      roundTripBetween: trips.length === 0 ? null : [Math.min(...trips), Math.max(...trips)],
      result: results.length === 0 ? null : (RESULTS[Math.round(Math.max(...results))] ?? 'unknown'),
    }
  })
}
