import type { Bounds } from '#lib/contract/index.ts'
import type { Pair } from '../../model/traffic.ts'
import type { KnownPair } from '../../model/traffic-memory.ts'

/**
 * When a rate rose over a level for good, by the first pair whose mean is over it. It may have been over it for the last part of
 * the pair before: for no longer than that pair's bits last at the level.
 */
export function roseIn(first: Pair, before: KnownPair | null, levelBps: number): Bounds {
  if (!before || levelBps <= 0) return { earliest: first.earliest, latest: first.latest }
  if (before.bps === null) return { earliest: before.earliest, latest: first.latest }
  const head = Math.ceil((before.lengthMs * Math.min(before.bps, levelBps)) / levelBps)
  return { earliest: Math.max(before.earliest, first.earliest - head), latest: first.latest }
}

/**
 * When a rate fell under a level for good, by the first pair whose mean is under it: somewhere in the pair before, or so early
 * in this one that what flowed above the level until then did not lift its mean over it.
 */
export function fellIn(first: Pair & { bps: number }, before: KnownPair | null, levelBps: number): Bounds {
  const tail = levelBps <= 0 ? 0 : Math.ceil((first.lengthMs * Math.min(first.bps, levelBps)) / levelBps)
  const until = first.latest - first.lengthMs + tail
  return { earliest: before?.earliest ?? first.earliest, latest: Math.min(first.latest, until) }
}
