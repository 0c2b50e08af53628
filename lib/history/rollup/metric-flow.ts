import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import {
  bitRateMetrics,
  type EpochMs,
  hubByteMetrics,
  hubRateMetrics,
  hubRouterMetrics,
  globalReachMetrics,
} from '#lib/contract/index.ts'
import type { UsageDirection } from './counter-growth.ts'
import { getOrCreateUsageBucket, type UsageBuckets } from './apportion-growth.ts'
import { computeBucketStart } from './rollup-steps.ts'

/** An Azure Monitor bucket of a bit rate. */
export interface RateSample {
  /** key of the time series; samples of a series that overlap measure the same traffic */
  series: string
  direction: UsageDirection
  at: EpochMs
  grainSeconds: number
  /** average over the grain, bit/s */
  average: number
}

/**
 * Azure Monitor metrics that measure the traffic of a circuit, a connection, or a hub's gateway or router, with their
 * direction; in = into Azure.
 */
export const rateMetrics: Readonly<Record<string, UsageDirection>> = createSafeLookupTable({
  [bitRateMetrics.in]: 'in',
  [bitRateMetrics.out]: 'out',
  [globalReachMetrics.in]: 'in',
  [globalReachMetrics.out]: 'out',
  [hubRateMetrics.in]: 'in',
  [hubRateMetrics.out]: 'out',
  [hubByteMetrics.in]: 'in',
  [hubByteMetrics.out]: 'out',
  // a hub router's metric has no direction, so the traffic that it processes counts as `out`
  [hubRouterMetrics.processed]: 'out',
})

/**
 * Path name under which a circuit's Global Reach traffic is stored. This traffic is also part of the traffic of its two
 * paths.
 */
export const GLOBAL_REACH_PATH = 'globalReach'

/**
 * Prefix of the path name for a circuit's series whose device role names neither path; the role follows the prefix. Two
 * such devices together carry the whole circuit.
 */
export const DEVICE_ROLE_PATH_PREFIX = 'role/'

/**
 * Returns the bytes of bit rates in 5-minute buckets: average / 8 × seconds, rounded to the byte, added over series. A
 * minute with a value in any series counts as covered; a missing minute is a gap. A value for a period longer than the
 * bucket is divided evenly. If samples of one series overlap, each moment counts once, by the sample that begins first.
 */
export function convertRatesToBuckets(samples: readonly RateSample[]): UsageBuckets {
  const buckets: UsageBuckets = new Map()
  const seen = new Set<string>()
  const countedTo = new Map<string, EpochMs>()
  const ordered = samples.toSorted((a, b) => a.at - b.at || a.grainSeconds - b.grainSeconds)
  for (const { series, direction, at, grainSeconds, average } of ordered) {
    const end = at + grainSeconds * 1_000
    const counted = countedTo.get(series) ?? at
    countedTo.set(series, Math.max(counted, end))
    for (let from = Math.max(at, counted); from < end; ) {
      const start = computeBucketStart('5m', from)
      const until = Math.min(end, start + 300_000)
      const flow = getOrCreateUsageBucket(buckets, start)[direction]
      flow.bytes += BigInt(Math.round((average / 8) * ((until - from) / 1_000)))
      const interval = `${direction} ${from} ${until}`
      if (!seen.has(interval)) flow.coveredMs = Math.min(300_000, flow.coveredMs + until - from)
      seen.add(interval)
      from = until
    }
  }
  return buckets
}
