import type { EpochMs } from '#lib/contract/index.ts'
import { type Direction, directions } from './growth.ts'
import { ROLE_PATH } from './metric-flow.ts'
import { addFlow, type Bucket, emptyBucket, type ApportionedFlow } from './apportion.ts'

/** One bucket by counters and by metrics, each summed over the requested paths; null = there is no series at all. */
export interface Measured {
  start: EpochMs
  counter: Bucket | null
  metric: Bucket | null
}

/** One bucket as it is answered. */
export interface UsagePoint {
  start: EpochMs
  in: ApportionedFlow
  out: ApportionedFlow
  /** milliseconds that both directions of all paths are known of */
  coveredMs: number
  /** how many of these come from metrics */
  metricMs: number
}

/** Sums paths: their bytes add up, and a time is covered as far as by the path that covers the least of it. */
export function sumOfPaths(start: EpochMs, paths: readonly (Bucket | undefined)[]): Bucket | null {
  if (paths.length === 0) return null
  const sum = (direction: Direction): ApportionedFlow => {
    const flows = paths.map((bucket) => (bucket ?? emptyBucket(start))[direction])
    const added = flows.reduce(addFlow)
    return { ...added, coveredMs: Math.min(...flows.map(({ coveredMs }) => coveredMs)) }
  }
  return { start, in: sum('in'), out: sum('out') }
}

/** Both paths of a circuit: one of which nothing came is not known to have carried nothing. */
const CIRCUIT_PATHS = ['primary', 'secondary'] as const

/**
 * A circuit by Azure Monitor's rates, which are asked for by path. Where a series came without its path, it is an average over paths: at
 * least so much passed, and none of the time is known. The same of a path alone. Two devices whose roles name no path are both of them.
 * @param byPath what came at a time; '' = without a path, or without its peering
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

/** Whether finer buckets are worth reading: counters cover a part of it, and metrics more. */
export function isMixed({ counter, metric }: Measured): boolean {
  return coveredMsOf(counter) > 0 && coveredMsOf(counter) < coveredMsOf(metric)
}

/** Counters where they cover as much of the bucket as metrics do, otherwise metrics. Where neither covers any of it, what is known at least. */
export function chosen({ start, counter, metric }: Measured): UsagePoint {
  const isBound = coveredMsOf(counter) === 0 && (metric?.in.atLeast || metric?.out.atLeast)
  const isMetric = isBound || coveredMsOf(metric) > coveredMsOf(counter)
  const bucket = (isMetric ? metric : counter) ?? metric ?? emptyBucket(start)
  const coveredMs = coveredMsOf(bucket)
  return { start, in: bucket.in, out: bucket.out, coveredMs, metricMs: isMetric ? coveredMs : 0 }
}

/**
 * A mixed bucket: the sum of its finer ones, each chosen for itself, so that metrics stand in for counters only where these
 * are missing. Where finer buckets cover less than the counters do as a whole (growth over a gap inside the bucket), the
 * counters stay.
 */
export function composed(measured: Measured, finer: readonly UsagePoint[]): UsagePoint {
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

/** How far metrics lie off counters in one direction, over the same time. */
export interface Difference {
  /** milliseconds compared */
  comparedMs: number
  counterBytes: bigint
  /** what metrics make of the time that the counters cover */
  metricBytes: bigint
}
export type Differences = Record<Direction, Difference>

/** Buckets are compared when each covers at least this share of what the other does. */
const COMPARABLE = 0.95

/**
 * Compares the two over one bucket.
 * @returns null where one of them covers nothing, or another part of the time
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

/** Differences of buckets that don't overlap, as one. */
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
