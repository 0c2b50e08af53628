import type { TimestampBounds } from '#lib/contract/index.ts'
import type { SamplePair } from '../../model/traffic.ts'
import type { LastRatedPair } from '../../model/traffic-memory.ts'

/**
 * Returns the bounds of the time when a rate permanently rose above a level. `first` is the first pair of samples whose
 * mean rate is above the level.
 * The rate may already have been above the level at the end of the previous pair. The bytes of that pair limit for how
 * long: at the rate of the level, they flow for at most this time.
 */
export function boundRateRise(first: SamplePair, before: LastRatedPair | null, levelBps: number): TimestampBounds {
  if (!before || levelBps <= 0) return { earliest: first.earliest, latest: first.latest }
  if (before.bps === null) return { earliest: before.earliest, latest: first.latest }
  const head = Math.ceil((before.lengthMs * Math.min(before.bps, levelBps)) / levelBps)
  return { earliest: Math.max(before.earliest, first.earliest - head), latest: first.latest }
}

/**
 * Returns the bounds of the time when a rate permanently fell below a level. `first` is the first pair of samples whose
 * mean rate is below the level.
 * The rate fell during the previous pair or early in the first pair. The later it fell in the first pair, the higher
 * the mean rate of this pair would be, and the mean is below the level.
 */
export function boundRateFall(
  first: SamplePair & { bps: number },
  before: LastRatedPair | null,
  levelBps: number,
): TimestampBounds {
  const tail = levelBps <= 0 ? 0 : Math.ceil((first.lengthMs * Math.min(first.bps, levelBps)) / levelBps)
  const until = first.latest - first.lengthMs + tail
  return { earliest: before?.earliest ?? first.earliest, latest: Math.min(first.latest, until) }
}
