import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'

/** Lengths of a usage bucket ("steps"), shortest first. Hours, days and billing months are in UTC. */
export const usageBucketLengths = ['5m', 'hour', 'day', 'month'] as const
export type UsageBucketLength = (typeof usageBucketLengths)[number]

const widths = { '5m': 5 * MS_PER_MINUTE, hour: 60 * MS_PER_MINUTE, day: 1_440 * MS_PER_MINUTE } as const

/** Returns the start of the bucket that contains a moment. A bucket includes its start and excludes its end. */
export function computeBucketStart(step: UsageBucketLength, at: EpochMs): EpochMs {
  if (step !== 'month') return Math.floor(at / widths[step]) * widths[step]
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
}

/** Returns the end of the bucket with this start, which is the next bucket's start. */
export function computeBucketEnd(step: UsageBucketLength, start: EpochMs): EpochMs {
  if (step !== 'month') return start + widths[step]
  const date = new Date(start)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
}

/** Returns the starts of all buckets that overlap [from, to). */
export function listBucketStarts(step: UsageBucketLength, from: EpochMs, to: EpochMs): EpochMs[] {
  const starts: EpochMs[] = []
  if (from >= to) return starts
  for (let start = computeBucketStart(step, from); start < to; start = computeBucketEnd(step, start)) starts.push(start)
  return starts
}

/** Returns the number of buckets that overlap [from, to), without creating them. */
export function countBuckets(step: UsageBucketLength, from: EpochMs, to: EpochMs): number {
  if (from >= to) return 0
  if (step !== 'month') return Math.ceil((to - computeBucketStart(step, from)) / widths[step])
  const months = (at: EpochMs) => new Date(at).getUTCFullYear() * 12 + new Date(at).getUTCMonth()
  return months(to - 1) - months(from) + 1
}

/** Returns the next shorter length; null for the shortest. */
export function getShorterStep(step: UsageBucketLength): UsageBucketLength | null {
  return usageBucketLengths[usageBucketLengths.indexOf(step) - 1] ?? null
}
