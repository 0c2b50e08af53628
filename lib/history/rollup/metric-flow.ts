import { wordTable } from '#lib/bgp/word-table.ts'
import {
  bitRateMetrics,
  type EpochMs,
  hubByteMetrics,
  hubRateMetrics,
  hubRouterMetrics,
  reachMetrics,
} from '#lib/contract/index.ts'
import type { Direction } from './growth.ts'
import { bucketAt, type Buckets } from './apportion.ts'
import { bucketStart } from './steps.ts'

/** One Azure Monitor bucket of a bit rate. */
export interface RateSample {
  direction: Direction
  at: EpochMs
  grainSeconds: number
  /** bit/s on average over the grain */
  average: number
}

/** Azure Monitor's metrics of the traffic of a circuit, a connection or a hub's gateway, by direction; in = into Azure. */
export const rateMetrics: Readonly<Record<string, Direction>> = wordTable({
  [bitRateMetrics.in]: 'in',
  [bitRateMetrics.out]: 'out',
  [reachMetrics.in]: 'in',
  [reachMetrics.out]: 'out',
  [hubRateMetrics.in]: 'in',
  [hubRateMetrics.out]: 'out',
  [hubByteMetrics.in]: 'in',
  [hubByteMetrics.out]: 'out',
  // a router has no direction: what passed it
  [hubRouterMetrics.processed]: 'out',
})

/** The path under which a circuit's usage has what passes Global Reach: a part of what its paths carry. */
export const REACH_PATH = 'globalReach'

/** Before the device's name, where the role of a circuit's series names neither path: one of two that together are the whole. */
export const ROLE_PATH = 'role/'

/**
 * Bytes of bit rates in 5-minute buckets: average / 8 x grain, rounded to the byte, series added up. A minute that any
 * series holds counts as covered; a missing one is a gap. A grain coarser than the bucket is divided evenly.
 */
export function bytesOfRates(samples: readonly RateSample[]): Buckets {
  const buckets: Buckets = new Map()
  const seen = new Set<string>()
  for (const { direction, at, grainSeconds, average } of samples) {
    const end = at + grainSeconds * 1_000
    for (let from = at; from < end; ) {
      const start = bucketStart('5m', from)
      const until = Math.min(end, start + 300_000)
      const flow = bucketAt(buckets, start)[direction]
      flow.bytes += BigInt(Math.round((average / 8) * ((until - from) / 1_000)))
      const interval = `${direction} ${from} ${until}`
      if (!seen.has(interval)) flow.coveredMs = Math.min(300_000, flow.coveredMs + until - from)
      seen.add(interval)
      from = until
    }
  }
  return buckets
}
