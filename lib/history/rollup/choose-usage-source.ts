import type { EpochMs } from '#lib/contract/index.ts'
import { type UsageDirection, usageDirections } from './counter-growth.ts'
import { DEVICE_ROLE_PATH_PREFIX } from './metric-flow.ts'
import { addBucketFlows, type UsageBucket, createEmptyBucket, type ApportionedFlow } from './apportion-growth.ts'

/**
 * Values of a usage bucket from counters and from metrics, each summed over the requested paths; null = no series
 * exists.
 */
export interface UsageBucketBySource {
  start: EpochMs
  counter: UsageBucket | null
  metric: UsageBucket | null
}

/** A usage bucket after the choice between counters and metrics, as returned to the caller. */
export interface ChosenUsageBucket {
  start: EpochMs
  in: ApportionedFlow
  out: ApportionedFlow
  /** milliseconds with data for both directions and all paths */
  coveredMs: number
  /** part of `coveredMs` that comes from metrics */
  metricMs: number
}

/**
 * Sums the paths of a circuit. Their bytes are added. The covered time is the minimum of all paths, because the sum is
 * known only while all paths are known.
 */
export function sumPathBuckets(start: EpochMs, paths: readonly (UsageBucket | undefined)[]): UsageBucket | null {
  if (paths.length === 0) return null
  const sum = (direction: UsageDirection): ApportionedFlow => {
    const flows = paths.map((bucket) => (bucket ?? createEmptyBucket(start))[direction])
    const added = flows.reduce(addBucketFlows)
    return { ...added, coveredMs: Math.min(...flows.map(({ coveredMs }) => coveredMs)) }
  }
  return { start, in: sum('in'), out: sum('out') }
}

/** Both paths of a circuit. If a path has no data, its traffic is unknown; it does not count as zero. */
const CIRCUIT_PATHS = ['primary', 'secondary'] as const

/**
 * Sums a circuit's bit rates from Azure Monitor. If both paths have data, they are added. If the device roles name no
 * path, two devices count as the two paths. In all other cases the bytes are only a lower bound and no time counts as
 * covered. For example, only one path has data, or the series has no path and is an average over paths.
 * @param byPath series by path; '' = without a path or peering
 */
export function sumCircuitBuckets(
  start: EpochMs,
  byPath: ReadonlyMap<string, UsageBucket | undefined>,
): UsageBucket | null {
  if (byPath.size === 0) return null
  const paths = CIRCUIT_PATHS.map((path) => byPath.get(path))
  if (paths.every((bucket) => bucket !== undefined)) return sumPathBuckets(start, paths)
  const devices = [...byPath].flatMap(([path, bucket]) =>
    path.startsWith(DEVICE_ROLE_PATH_PREFIX) && bucket ? [bucket] : [],
  )
  if (devices.length === CIRCUIT_PATHS.length) return sumPathBuckets(start, devices)
  const bounds = [...paths, ...devices, byPath.get('')].filter((bucket) => bucket !== undefined)
  const bound = (direction: UsageDirection): ApportionedFlow => {
    const bytes = bounds.reduce((most, bucket) => (bucket[direction].bytes > most ? bucket[direction].bytes : most), 0n)
    return { bytes, coveredMs: 0, atLeast: bytes > 0n }
  }
  return { start, in: bound('in'), out: bound('out') }
}

function coveredMsOf(bucket: UsageBucket | null): number {
  return bucket === null ? 0 : Math.min(bucket.in.coveredMs, bucket.out.coveredMs)
}

/**
 * Reports whether shorter buckets should be read in place of this one: counters cover only a part of the bucket, and
 * metrics cover more of it.
 */
export function areShorterBucketsNeeded({ counter, metric }: UsageBucketBySource): boolean {
  return coveredMsOf(counter) > 0 && coveredMsOf(counter) < coveredMsOf(metric)
}

/**
 * Chooses between the two sources of a bucket: counters if they cover as much of the bucket as metrics do, otherwise
 * metrics. If counters cover no time, a lower bound from metrics is used if there is one.
 */
export function chooseUsageSource({ start, counter, metric }: UsageBucketBySource): ChosenUsageBucket {
  const isBound = coveredMsOf(counter) === 0 && (metric?.in.atLeast || metric?.out.atLeast)
  const isMetric = isBound || coveredMsOf(metric) > coveredMsOf(counter)
  const bucket = (isMetric ? metric : counter) ?? metric ?? createEmptyBucket(start)
  const coveredMs = coveredMsOf(bucket)
  return { start, in: bucket.in, out: bucket.out, coveredMs, metricMs: isMetric ? coveredMs : 0 }
}

/**
 * Composes a bucket from its shorter buckets, if counters cover only a part of it. The source of each shorter bucket
 * was chosen separately, so metrics fill only the times without counters. The counters of the whole bucket are used
 * instead if they cover at least as much time, for example if they grew over a gap inside the bucket. The metrics of
 * the whole bucket are used if they cover more than both.
 */
export function composeMixedBucket(
  measured: UsageBucketBySource,
  finer: readonly ChosenUsageBucket[],
): ChosenUsageBucket {
  const sum = finer.reduce(addPoints, { ...createEmptyBucket(measured.start), coveredMs: 0, metricMs: 0 })
  const counters = chooseUsageSource({ ...measured, metric: null })
  const best = counters.coveredMs >= sum.coveredMs ? counters : sum
  const metrics = chooseUsageSource({ ...measured, counter: null })
  return metrics.coveredMs > best.coveredMs ? metrics : best
}

function addPoints(sum: ChosenUsageBucket, point: ChosenUsageBucket): ChosenUsageBucket {
  return {
    start: sum.start,
    in: addBucketFlows(sum.in, point.in),
    out: addBucketFlows(sum.out, point.out),
    coveredMs: sum.coveredMs + point.coveredMs,
    metricMs: sum.metricMs + point.metricMs,
  }
}

/** Difference between metrics and counters in one direction, over the same time. */
export interface CounterMetricDifference {
  /** compared time, milliseconds */
  comparedMs: number
  counterBytes: bigint
  /** bytes by metrics, scaled to the time that the counters cover, so that both can be compared */
  metricBytes: bigint
}
export type UsageSourceDifferences = Record<UsageDirection, CounterMetricDifference>

/** Minimum ratio of the shorter covered time to the longer one for which counters and metrics are compared. */
const COMPARABLE = 0.95

/**
 * Compares counters and metrics of a bucket, to find wrong counters or metrics.
 * @returns null if a source has no series or covers no time, the covered times differ too much, or a counter was reset
 */
export function compareUsageSources({ counter, metric }: UsageBucketBySource): UsageSourceDifferences | null {
  if (counter === null || metric === null) return null
  const [a, b] = [coveredMsOf(counter), coveredMsOf(metric)]
  const most = Math.max(a, b)
  if (most === 0 || Math.min(a, b) < COMPARABLE * most) return null
  if (usageDirections.some((direction) => counter[direction].atLeast)) return null
  const compare = (direction: UsageDirection): CounterMetricDifference => ({
    comparedMs: counter[direction].coveredMs,
    counterBytes: counter[direction].bytes,
    metricBytes: scaled(metric[direction], counter[direction].coveredMs),
  })
  return { in: compare('in'), out: compare('out') }
}

function scaled({ bytes, coveredMs }: ApportionedFlow, toMs: number): bigint {
  return coveredMs === toMs ? bytes : (bytes * BigInt(toMs)) / BigInt(coveredMs)
}

/** Adds the differences of several buckets that do not overlap; null if the list is empty. */
export function addUsageSourceDifferences(list: readonly UsageSourceDifferences[]): UsageSourceDifferences | null {
  if (list.length === 0) return null
  const add = (direction: UsageDirection): CounterMetricDifference =>
    list
      .map((one) => one[direction])
      .reduce((a, b) => ({
        comparedMs: a.comparedMs + b.comparedMs,
        counterBytes: a.counterBytes + b.counterBytes,
        metricBytes: a.metricBytes + b.metricBytes,
      }))
  return { in: add('in'), out: add('out') }
}
