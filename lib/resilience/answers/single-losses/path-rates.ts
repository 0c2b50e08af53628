import type { EpochMs } from '#lib/contract/index.ts'
import { MemoryCache } from '#lib/platform/cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  findAbsentAdjacentPaths,
  type FindAdjacentPaths,
  type PathDirection,
  formatPathDirectionKey,
  computeP95,
  type TrafficShiftBetweenPaths,
} from '../../rules/index.ts'
import type { WhatIfFacts } from '../what-if/what-if-facts.ts'
import { getPathBandwidthMbps, readPathRates } from '../what-if/read-load.ts'
import type { BackgroundComputationThrottle } from './background-pace.ts'

/**
 * Time in milliseconds for which a rate is cached. It can be long, because the 95th percentile of 30 days changes
 * slowly.
 */
const GOOD_FOR_MS = 6 * 3_600_000

/**
 * Cache of the 95th percentile of the rate of circuit paths. A rate is read when a loss moves traffic to or from the
 * path.
 */
export class PathRates {
  readonly #known = new MemoryCache<{ p95: number | null }>('path_rates', { maxAgeMs: GOOD_FOR_MS })

  /**
   * Reads the rates of the paths from which and to which traffic moves, and of paths at the same gateways that
   * currently carry no traffic. The paths are read one after the other, because each path requires reading a month of
   * samples.
   */
  async read(
    q: SqlExecutor,
    facts: WhatIfFacts,
    { shifts, besideOf }: { shifts: readonly TrafficShiftBetweenPaths[]; besideOf: FindAdjacentPaths },
    now: EpochMs,
    pace: BackgroundComputationThrottle,
  ): Promise<void> {
    const moving = shifts.flatMap(({ from, to }) => (to.length > 0 ? [from, ...to] : []))
    for (const carrier of [...moving, ...findAbsentAdjacentPaths(moving, besideOf)]) {
      if (this.#known.find(this, formatPathDirectionKey(carrier), { now })) continue
      const rates = await readPathRates(q, facts, carrier, now)
      for (const [key, own] of rates) this.#known.store(this, key, { p95: computeP95([...own.values()]) }, { now })
      await pace.rest()
    }
  }

  /** Returns the 95th percentile of a path's rate in bit/s; null if it was not read, or if too little was measured. */
  readonly p95Of = (carrier: PathDirection, now: EpochMs): number | null =>
    this.#known.find(this, formatPathDirectionKey(carrier), { now })?.p95 ?? null

  bandwidthOf(facts: WhatIfFacts): (circuit: string) => number | null {
    return (circuit) => getPathBandwidthMbps(facts, circuit)
  }
}
