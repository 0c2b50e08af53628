import type { EpochMs } from '#lib/contract/index.ts'
import type { CounterGrowth } from './counter-growth.ts'
import { computeBucketEnd, computeBucketStart, type UsageBucketLength } from './rollup-steps.ts'

/** Bytes of a bucket in one direction. */
export interface ApportionedFlow {
  bytes: bigint
  /** number of milliseconds of the bucket for which `bytes` is known */
  coveredMs: number
  /** true = a counter was reset within the bucket, so `bytes` is only a lower bound */
  atLeast: boolean
}

export interface UsageBucket {
  start: EpochMs
  in: ApportionedFlow
  out: ApportionedFlow
}

/** Buckets of one length by their start. */
export type UsageBuckets = Map<EpochMs, UsageBucket>

const nothing = (): ApportionedFlow => ({ bytes: 0n, coveredMs: 0, atLeast: false })

export function createEmptyBucket(start: EpochMs): UsageBucket {
  return { start, in: nothing(), out: nothing() }
}

/** Returns the bucket with a given start, and creates it if it is missing. */
export function getOrCreateUsageBucket(buckets: UsageBuckets, start: EpochMs): UsageBucket {
  const found = buckets.get(start)
  if (found) return found
  const made = createEmptyBucket(start)
  buckets.set(start, made)
  return made
}

/**
 * Divides the growth of counters over the buckets that it overlaps, in proportion to time. The parts add up exactly to
 * the total, because each part is the difference of two rounded-down running sums. Each part is off by less than a
 * byte, and the parts of an hour's 5-minute buckets add up to the hour's part. The time of a counter reset does not
 * count as covered. Growth with `whole` (its bytes must not be divided) is skipped.
 */
export function spreadGrowth(
  growths: readonly CounterGrowth[],
  step: UsageBucketLength,
  into: UsageBuckets = new Map(),
): UsageBuckets {
  for (const growth of growths) if (!growth.whole) divide(growth, step, into)
  return into
}

function divide(
  { direction, from, to, bytes, reset }: CounterGrowth,
  step: UsageBucketLength,
  into: UsageBuckets,
): void {
  const length = BigInt(to - from)
  let start = computeBucketStart(step, from)
  let given = 0n
  for (;;) {
    const end = Math.min(computeBucketEnd(step, start), to)
    const until = length === 0n ? bytes : (bytes * BigInt(end - from)) / length
    const flow = getOrCreateUsageBucket(into, start)[direction]
    flow.bytes += until - given
    flow.atLeast ||= reset
    if (!reset) flow.coveredMs += end - Math.max(start, from)
    given = until
    if (end === to) return
    start = end
  }
}

/**
 * Adds growth with `whole` (bytes that must not be divided over time) to the bucket that contains its whole time. Its
 * bytes in that bucket are known, although not their exact time.
 * @returns growth that is in two or more buckets and therefore belongs to no bucket of this step
 */
export function placeIndivisibleGrowth(
  growths: readonly CounterGrowth[],
  step: UsageBucketLength,
  into: UsageBuckets,
): CounterGrowth[] {
  return growths.filter((growth) => {
    if (!growth.whole) return false
    const start = computeBucketStart(step, growth.from)
    if (growth.to > computeBucketEnd(step, start)) return true
    const flow = getOrCreateUsageBucket(into, start)[growth.direction]
    flow.bytes += growth.bytes
    flow.atLeast ||= growth.reset
    if (!growth.reset) flow.coveredMs += growth.to - growth.from
    return false
  })
}

/** Adds two flows of the same bucket that are from different times. The covered times are added, too. */
export function addBucketFlows(a: ApportionedFlow, b: ApportionedFlow): ApportionedFlow {
  return { bytes: a.bytes + b.bytes, coveredMs: a.coveredMs + b.coveredMs, atLeast: a.atLeast || b.atLeast }
}
