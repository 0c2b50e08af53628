import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { circuitPaths, type EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { UsageEndpointResponse, UsageParameters } from '../api/index.ts'
import {
  addUsageSourceDifferences,
  countBuckets,
  computeBucketEnd,
  type CounterMetricDifference,
  type UsageSourceDifferences,
  FIVE_MINUTE_RETENTION_MS,
  type CounterGrowth,
  type UsageOverTime,
  type ChosenUsageBucket,
  type UsageBucketLength,
  readUsage,
  type Period,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  createRangeResponse,
  type ReadableDatabase,
  getSqlExecutor,
  InvalidRequestError,
  resolveCircuit,
  readTopology,
  formatIso,
} from '#lib/questions/index.ts'
import { resolveCountersOfPeering } from './peering-counters.ts'
import { computeTimeAboveRate } from './time-above.ts'

/** Length of the range in ms for each length of points. It is used if the request contains no range. */
const usualRangeMs: Record<UsageBucketLength, number> = {
  '5m': MS_PER_DAY,
  hour: 7 * MS_PER_DAY,
  day: 35 * MS_PER_DAY,
  month: 366 * MS_PER_DAY,
}
/**
 * Maximum number of points in a response. It is enough for 34 days of 5-minute points, or for more than a year of
 * hours.
 */
const MAX_POINTS = 10_000
/**
 * Returns the bytes of a circuit over time. Each point is a whole 5 minutes, hour, day or month in UTC, even if the
 * requested range begins or ends inside it.
 */
export async function getCircuitUsage(
  db: ReadableDatabase,
  id: string,
  parameters: UsageParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<UsageEndpointResponse<'circuitUsage'>> {
  const q = getSqlExecutor(db)
  const { step, path } = parameters
  const { id: scope } = await resolveCircuit(q, id)
  const { name: peering, isOf } = await resolveCountersOfPeering(q, scope, parameters.peering)
  const lasting = usualRangeMs[step]
  const { range, answer } = createRangeResponse(db, { parameters, lasting, scope, kinds: ['stats'], of: isOf, now })
  const { from, to } = range
  refuse(from, to, step, now)
  // The range ends now at the latest, because there are no later points.
  const end = Math.min(to, now)
  const read = await readUsage(q, { scope, peering, from, to: end, step, path })
  const { points, unplaced } = read
  return answer({
    step,
    paths: path === undefined ? [...circuitPaths] : [path],
    points: points.map(pointView),
    totals: totalsOf(points, unplaced, step, now),
    disagreement: disagreementOf(addUsageSourceDifferences(points.flatMap(({ difference }) => difference ?? []))),
    aboveOnePath: path === undefined ? await aboveOnePath(q, { scope, peering, from, to: end, step, read, now }) : null,
  })
}

/**
 * Returns for how long both paths together carried more than one path can carry. It is always computed from 5-minute
 * points, because hourly averages hide peaks. Null if the bandwidth is unknown, or if the range has too many points.
 */
async function aboveOnePath(
  q: SqlExecutor,
  about: Period & {
    scope: string
    peering: string | undefined
    step: UsageBucketLength
    read: UsageOverTime
    now: EpochMs
  },
): Promise<Answer['aboveOnePath']> {
  const { scope, peering, to, step, read, now } = about
  const from = Math.max(about.from, now - FIVE_MINUTE_RETENTION_MS)
  if (countBuckets('5m', about.from, to) > MAX_POINTS) return null
  const circuit = (await readTopology(q)).circuits.find(({ resource }) => resource.id === scope)
  const mbps = circuit?.config.bandwidthMbps ?? null
  if (mbps === null) return null
  const { points, unplaced } = step === '5m' ? read : await readUsage(q, { scope, peering, from, to, step: '5m' })
  return computeTimeAboveRate({ points, unplaced, totalMs: lengthOf(points, '5m', now) }, mbps)
}

const lengthOf = (points: readonly ChosenUsageBucket[], step: UsageBucketLength, now: EpochMs): number =>
  points.reduce((sum, { start }) => sum + Math.min(computeBucketEnd(step, start), now) - start, 0)

/**
 * Rejects a range that begins in the future, that begins before the data with this length of points, or that has too
 * many points.
 * @throws InvalidRequestError with the values to send instead
 */
function refuse(from: EpochMs, to: EpochMs, step: UsageBucketLength, now: EpochMs): void {
  if (from >= now) throw new InvalidRequestError('from: it lies ahead; send an earlier from')
  const oldest = now - FIVE_MINUTE_RETENTION_MS
  if (step === '5m' && from < oldest) {
    const days = FIVE_MINUTE_RETENTION_MS / MS_PER_DAY
    throw new InvalidRequestError(
      `from: usage by 5 minutes is kept for ${days} days; send ${formatIso(oldest)} or later, or step=hour`,
    )
  }
  const count = countBuckets(step, from, Math.min(to, now))
  if (count > MAX_POINTS) {
    throw new InvalidRequestError(
      `from: ${count} points are too many for one answer; send a range of at most ${MAX_POINTS} points, or a longer step`,
    )
  }
}

type Answer = UsageEndpointResponse<'circuitUsage'>['data']

function pointView({
  start,
  ...point
}: ChosenUsageBucket & { difference: UsageSourceDifferences | null }): Answer['points'][number] {
  const isKnown = point.coveredMs > 0 || point.in.bytes > 0n || point.out.bytes > 0n
  return {
    start,
    bytesIn: isKnown ? point.in.bytes : null,
    bytesOut: isKnown ? point.out.bytes : null,
    coveredSeconds: point.coveredMs / 1_000,
    source: 2 * point.metricMs > point.coveredMs ? 'metric' : 'counter',
    metricSeconds: point.metricMs / 1_000,
    atLeast: point.in.atLeast || point.out.atLeast,
    disagreement: disagreementOf(point.difference),
  }
}

function totalsOf(
  points: readonly ChosenUsageBucket[],
  unplaced: readonly CounterGrowth[],
  step: UsageBucketLength,
  now: EpochMs,
): Answer['totals'] {
  const add = (bytes: readonly bigint[]) => bytes.reduce((sum, value) => sum + value, 0n)
  const addUp = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
  const lost = (direction: CounterGrowth['direction']) =>
    add(unplaced.filter((growth) => growth.direction === direction).map(({ bytes }) => bytes))
  const coveredMs = addUp(points.map((point) => point.coveredMs))
  const atLeast = points.some((point) => point.in.atLeast || point.out.atLeast)
  const isKnown = coveredMs > 0 || atLeast
  return {
    bytesIn: isKnown ? add(points.map((point) => point.in.bytes)) : null,
    bytesOut: isKnown ? add(points.map((point) => point.out.bytes)) : null,
    coveredSeconds: coveredMs / 1_000,
    seconds: lengthOf(points, step, now) / 1_000,
    metricSeconds: addUp(points.map(({ metricMs }) => metricMs)) / 1_000,
    atLeast,
    unplacedUnknown: unplaced.some(({ reset }) => reset),
    unplacedBytesIn: lost('in'),
    unplacedBytesOut: lost('out'),
  }
}

function disagreementOf(difference: UsageSourceDifferences | null): Answer['disagreement'] {
  if (difference === null) return null
  return {
    comparedSeconds: Math.min(difference.in.comparedMs, difference.out.comparedMs) / 1_000,
    in: withShare(difference.in),
    out: withShare(difference.out),
  }
}

function withShare(difference: CounterMetricDifference) {
  const { counterBytes, metricBytes } = difference
  const bytes = metricBytes - counterBytes
  return { ...difference, bytes, share: counterBytes === 0n ? null : Number(bytes) / Number(counterBytes) }
}
