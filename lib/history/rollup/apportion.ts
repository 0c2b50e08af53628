import type { EpochMs } from '#lib/contract/index.ts'
import type { Growth } from './growth.ts'
import { bucketEnd, bucketStart, type UsageStep } from './steps.ts'

/** What is known of one bucket in one direction. */
export interface ApportionedFlow {
  bytes: bigint
  /** milliseconds of the bucket that `bytes` covers */
  coveredMs: number
  /** a reset fell in: more than `bytes` may have passed */
  atLeast: boolean
}

export interface Bucket {
  start: EpochMs
  in: ApportionedFlow
  out: ApportionedFlow
}

/** Buckets of one step by their begin. */
export type Buckets = Map<EpochMs, Bucket>

const nothing = (): ApportionedFlow => ({ bytes: 0n, coveredMs: 0, atLeast: false })

export function emptyBucket(start: EpochMs): Bucket {
  return { start, in: nothing(), out: nothing() }
}

/** The bucket that begins at a moment; it is made when there is none. */
export function bucketAt(buckets: Buckets, start: EpochMs): Bucket {
  const found = buckets.get(start)
  if (found) return found
  const made = emptyBucket(start)
  buckets.set(start, made)
  return made
}

/**
 * Divides growth over the buckets it touches, by time. Each part is the difference of two rounded-down running sums, so
 * that the parts add up to the whole exactly, none is off by a byte or more, and the parts of an hour's 5-minute buckets
 * add up to the hour's. The seconds of a reset are not covered. Growth that is kept whole is left out.
 */
export function spread(growths: readonly Growth[], step: UsageStep, into: Buckets = new Map()): Buckets {
  for (const growth of growths) if (!growth.whole) divide(growth, step, into)
  return into
}

function divide({ direction, from, to, bytes, reset }: Growth, step: UsageStep, into: Buckets): void {
  const length = BigInt(to - from)
  let start = bucketStart(step, from)
  let given = 0n
  for (;;) {
    const end = Math.min(bucketEnd(step, start), to)
    const until = length === 0n ? bytes : (bytes * BigInt(end - from)) / length
    const flow = bucketAt(into, start)[direction]
    flow.bytes += until - given
    flow.atLeast ||= reset
    if (!reset) flow.coveredMs += end - Math.max(start, from)
    given = until
    if (end === to) return
    start = end
  }
}

/**
 * Adds growth that is kept whole to the bucket that it lies in wholly: what passed is known there, though not when.
 * @returns growth that crosses a border, which belongs to no bucket of this step
 */
export function placeWhole(growths: readonly Growth[], step: UsageStep, into: Buckets): Growth[] {
  return growths.filter((growth) => {
    if (!growth.whole) return false
    const start = bucketStart(step, growth.from)
    if (growth.to > bucketEnd(step, start)) return true
    const flow = bucketAt(into, start)[growth.direction]
    flow.bytes += growth.bytes
    flow.atLeast ||= growth.reset
    if (!growth.reset) flow.coveredMs += growth.to - growth.from
    return false
  })
}

/** Adds flows of different times in the same bucket. */
export function addFlow(a: ApportionedFlow, b: ApportionedFlow): ApportionedFlow {
  return { bytes: a.bytes + b.bytes, coveredMs: a.coveredMs + b.coveredMs, atLeast: a.atLeast || b.atLeast }
}
