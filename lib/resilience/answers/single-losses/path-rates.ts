import type { EpochMs } from '#lib/contract/index.ts'
import { Cache } from '#lib/platform/cache.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import {
  findAbsentAdjacentPaths,
  type FindAdjacentPaths,
  type LoadCarrier,
  carrierKey,
  p95,
  type LoadShift,
} from '../../rules/index.ts'
import type { WhatIfFacts } from '../what-if/facts.ts'
import { bandwidthOf, readRates } from '../what-if/read-load.ts'
import type { BackgroundPace } from './background-pace.ts'

/** Time in ms for which a p95 is reused, because the p95 of 30 days changes slowly. */
const GOOD_FOR_MS = 6 * 3_600_000

/**
 * Cache of the p95 rates of circuit paths. A rate is read when a loss moves traffic to or from the path, and is reused
 * for six hours.
 */
export class PathRates {
  readonly #known = new Cache<{ p95: number | null }>('path_rates', { maxAgeMs: GOOD_FOR_MS })

  /**
   * Reads the rates of the paths between which losses move traffic, and of other paths of the same gateways that carry
   * no traffic. Paths are read one after the other, because each is a month of samples.
   */
  async read(
    q: Queryable,
    facts: WhatIfFacts,
    { shifts, besideOf }: { shifts: readonly LoadShift[]; besideOf: FindAdjacentPaths },
    now: EpochMs,
    pace: BackgroundPace,
  ): Promise<void> {
    const moving = shifts.flatMap(({ from, to }) => (to.length > 0 ? [from, ...to] : []))
    for (const carrier of [...moving, ...findAbsentAdjacentPaths(moving, besideOf)]) {
      if (this.#known.find(this, carrierKey(carrier), { now })) continue
      const rates = await readRates(q, facts, carrier, now)
      for (const [key, own] of rates) this.#known.store(this, key, { p95: p95([...own.values()]) }, { now })
      await pace.rest()
    }
  }

  /** Returns the p95 of a path in bit/s; null if it was not read or too little was measured. */
  readonly p95Of = (carrier: LoadCarrier, now: EpochMs): number | null =>
    this.#known.find(this, carrierKey(carrier), { now })?.p95 ?? null

  bandwidthOf(facts: WhatIfFacts): (circuit: string) => number | null {
    return (circuit) => bandwidthOf(facts, circuit)
  }
}
