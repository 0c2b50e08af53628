import type { EpochMs } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'

/** Lengths of a usage point, finest first. Hours, days and billing months are those of UTC. */
export const rollupSteps = ['5m', 'hour', 'day', 'month'] as const
export type UsageStep = (typeof rollupSteps)[number]

const widths = { '5m': 5 * MINUTE, hour: 60 * MINUTE, day: 1_440 * MINUTE } as const

/** Begin of the bucket that a moment lies in; a bucket holds its begin and not its end. */
export function bucketStart(step: UsageStep, at: EpochMs): EpochMs {
  if (step !== 'month') return Math.floor(at / widths[step]) * widths[step]
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
}

/** End of the bucket that begins at `start`, which is the next one's begin. */
export function bucketEnd(step: UsageStep, start: EpochMs): EpochMs {
  if (step !== 'month') return start + widths[step]
  const date = new Date(start)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
}

/** Begins of all buckets that touch [from, to). */
export function bucketStarts(step: UsageStep, from: EpochMs, to: EpochMs): EpochMs[] {
  const starts: EpochMs[] = []
  if (from >= to) return starts
  for (let start = bucketStart(step, from); start < to; start = bucketEnd(step, start)) starts.push(start)
  return starts
}

/** How many buckets touch [from, to), without making them. */
export function bucketCount(step: UsageStep, from: EpochMs, to: EpochMs): number {
  if (from >= to) return 0
  if (step !== 'month') return Math.ceil((to - bucketStart(step, from)) / widths[step])
  const months = (at: EpochMs) => new Date(at).getUTCFullYear() * 12 + new Date(at).getUTCMonth()
  return months(to - 1) - months(from) + 1
}

/** The step that divides this one; null for the finest. */
export function finerStep(step: UsageStep): UsageStep | null {
  return rollupSteps[rollupSteps.indexOf(step) - 1] ?? null
}
