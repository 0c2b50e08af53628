import type { EpochMs } from '#lib/contract/index.ts'
import { type Direction, directions } from './growth.ts'
import { ROLE_PATH } from './metric-flow.ts'
import { addFlow, type Bucket, emptyBucket, type ApportionedFlow } from './apportion.ts'

/** Values of a bucket from counters and from metrics, each summed over the requested paths; null = no series exists. */
export interface Measured {
  start: EpochMs
  counter: Bucket | null
  metric: Bucket | null
}

/** A bucket as returned to the caller. */
export interface UsagePoint {
  start: EpochMs
  in: ApportionedFlow
  out: ApportionedFlow
  /** milliseconds with data for both directions and all paths */
  coveredMs: number
  /** part of `coveredMs` that comes from metrics */
  metricMs: number
}

/** Sums paths. Their bytes are added; the covered time is the minimum of all paths. */
export function sumOfPaths(start: EpochMs, paths: readonly (Bucket | undefined)[]): Bucket | null {
  if (paths.length === 0) return null
  const sum = (direction: Direction): ApportionedFlow => {
    const flows = paths.map((bucket) => (bucket ?? emptyBucket(start))[direction])
    const added = flows.reduce(addFlow)
    return { ...added, coveredMs: Math.min(...flows.map(({ coveredMs }) => coveredMs)) }
  }
  return { start, in: sum('in'), out: sum('out') }
}

/** Both paths of a circuit. If a path has no data, its traffic is unknown and not zero. */
const CIRCUIT_PATHS = ['primary', 'secondary'] as const

/**
 * Sums a circuit's rates from Azure Monitor, which are requested by path. A series without a path is an average over
 * paths, so its bytes are only a lower bound and no time counts as covered. The same applies if only one path has data.
 * Two devices whose roles do not name a path count as the two paths.
 * @param byPath series by path; '' = without a path or peering
 */
export function sumOfCircuit(start: EpochMs, byPath: ReadonlyMap<string, Bucket | undefined>): Bucket | null {
  if (byPath.size === 0) return null
  const paths = CIRCUIT_PATHS.map((path) => byPath.get(path))
  if (paths.every((bucket) => bucket !== undefined)) return sumOfPaths(start, paths)
  const devices = [...byPath].flatMap(([path, bucket]) => (path.startsWith(ROLE_PATH) && bucket ? [bucket] : []))
  if (devices.length === CIRCUIT_PATHS.length) return sumOfPaths(start, devices)
  const bounds = [...paths, ...devices, byPath.get('')].filter((bucket) => bucket !== undefined)
  const bound = (direction: Direction): ApportionedFlow => {
    const bytes = bounds.reduce((most, bucket) => (bucket[direction].bytes > most ? bucket[direction].bytes : most), 0n)
    return { bytes, coveredMs: 0, atLeast: bytes > 0n }
  }
  return { start, in: bound('in'), out: bound('out') }
}

function coveredMsOf(bucket: Bucket | null): number {
  return bucket === null ? 0 : Math.min(bucket.in.coveredMs, bucket.out.coveredMs)
}

/**
 * Reports whether finer buckets should be read, because counters cover only a part of the bucket and metrics cover more
 * of it.
 */
export function isMixed({ counter, metric }: Measured): boolean {
  return coveredMsOf(counter) > 0 && coveredMsOf(counter) < coveredMsOf(metric)
}

/**
 * Returns counters if they cover as much of the bucket as metrics do, otherwise metrics. If neither covers any time, a
 * lower bound from metrics is used if there is one.
 */
export function chosen({ start, counter, metric }: Measured): UsagePoint {
  const isBound = coveredMsOf(counter) === 0 && (metric?.in.atLeast || metric?.out.atLeast)
  const isMetric = isBound || coveredMsOf(metric) > coveredMsOf(counter)
  const bucket = (isMetric ? metric : counter) ?? metric ?? emptyBucket(start)
  const coveredMs = coveredMsOf(bucket)
  return { start, in: bucket.in, out: bucket.out, coveredMs, metricMs: isMetric ? coveredMs : 0 }
}

/**
 * Returns a mixed bucket as the sum of its finer buckets, each chosen separately, so that metrics are used only for
 * times without counters. If the counters as a whole cover more than the finer buckets (growth over a gap inside the
 * bucket), the counters are used.
 */
export function composeMixedBucket(measured: Measured, finer: readonly UsagePoint[]): UsagePoint {
  const sum = finer.reduce(addPoints, { ...emptyBucket(measured.start), coveredMs: 0, metricMs: 0 })
  const counters = chosen({ ...measured, metric: null })
  const best = counters.coveredMs >= sum.coveredMs ? counters : sum
  const metrics = chosen({ ...measured, counter: null })
  return metrics.coveredMs > best.coveredMs ? metrics : best
}

function addPoints(sum: UsagePoint, point: UsagePoint): UsagePoint {
  return {
    start: sum.start,
    in: addFlow(sum.in, point.in),
    out: addFlow(sum.out, point.out),
    coveredMs: sum.coveredMs + point.coveredMs,
    metricMs: sum.metricMs + point.metricMs,
  }
}

/** Difference between metrics and counters in one direction, over the same time. */
export interface Difference {
  /** compared time, milliseconds */
  comparedMs: number
  counterBytes: bigint
  /** bytes by metrics, scaled to the time that the counters cover */
  metricBytes: bigint
}
export type Differences = Record<Direction, Difference>

/** Minimum share of covered time: buckets are compared if each covers at least this share of the other's. */
const COMPARABLE = 0.95

/**
 * Compares counters and metrics of a bucket.
 * @returns null if a source covers no time, they cover different times, or a counter was reset
 */
export function difference({ counter, metric }: Measured): Differences | null {
  if (counter === null || metric === null) return null
  const [a, b] = [coveredMsOf(counter), coveredMsOf(metric)]
  const most = Math.max(a, b)
  if (most === 0 || Math.min(a, b) < COMPARABLE * most) return null
  if (directions.some((direction) => counter[direction].atLeast)) return null
  const compare = (direction: Direction): Difference => ({
    comparedMs: counter[direction].coveredMs,
    counterBytes: counter[direction].bytes,
    metricBytes: scaled(metric[direction], counter[direction].coveredMs),
  })
  return { in: compare('in'), out: compare('out') }
}

function scaled({ bytes, coveredMs }: ApportionedFlow, toMs: number): bigint {
  return coveredMs === toMs ? bytes : (bytes * BigInt(toMs)) / BigInt(coveredMs)
}

/** Adds the differences of buckets that do not overlap; null if there are none. */
export function addDifferences(list: readonly Differences[]): Differences | null {
  if (list.length === 0) return null
  const add = (direction: Direction): Difference =>
    list
      .map((one) => one[direction])
      .reduce((a, b) => ({
        comparedMs: a.comparedMs + b.comparedMs,
        counterBytes: a.counterBytes + b.counterBytes,
        metricBytes: a.metricBytes + b.metricBytes,
      }))
  return { in: add('in'), out: add('out') }
}
