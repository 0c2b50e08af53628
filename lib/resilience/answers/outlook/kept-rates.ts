import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import { Cache } from '#lib/platform/cache.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { carrierKey, type LoadCarrier, type LoadRates } from '../../rules/index.ts'
import type { WhatIfLoad } from '../../api/index.ts'
import type { WhatIfFacts } from '../what-if/facts.ts'
import { readRates } from '../what-if/read-load.ts'

/** Time in ms for which rates are reused, because 30 days of samples hardly change within it. */
const GOOD_FOR_MS = HOUR
/** Maximum number of cached series (one path in one direction), 140 kB each. */
const MAX_KEPT = 100
/** Maximum number of cached loads of maintenance intervals, shared by all readers. */
const MAX_LOADS = 2_000

/**
 * Cache of the rates that paths carried in the last 30 days, and of the loads computed from them. Rates are read from
 * the database at most once an hour, because a path has a month of samples, and all readers need the same ones. All
 * readers share the cached rates, because a reader who may see a circuit may see all its traffic.
 */
export class RateCache {
  readonly #kept = new Cache<{ starts: Float64Array; bitsPerSecond: Float64Array }>('rates_of_outlooks', {
    maxAgeMs: GOOD_FOR_MS,
    maxSize: MAX_KEPT,
  })
  readonly #loads = new Cache<Promise<WhatIfLoad[]>>('loads_of_outlooks', {
    maxAgeMs: GOOD_FOR_MS,
    maxSize: MAX_LOADS,
  })

  /**
   * Returns the load of the paths that take over traffic. It is computed again only after an hour or with another key;
   * most changes of route tables do not change the key.
   * @param key all data on which the load depends, except rates
   */
  load(key: string, now: EpochMs, compute: () => Promise<WhatIfLoad[]>): Promise<WhatIfLoad[]> {
    return this.#loads.share(this, key, compute, { now })
  }

  /**
   * Returns the measured rates of a path at the selected hours of the last 30 days, in bit/s by the begin of each five
   * minutes; empty without measurements.
   */
  async during(
    q: Queryable,
    facts: WhatIfFacts,
    carrier: LoadCarrier,
    { now, isThen }: { now: EpochMs; isThen: (at: EpochMs) => boolean },
  ): Promise<LoadRates> {
    const key = carrierKey(carrier)
    if (!this.#kept.find(this, key, { now })) await this.#read(q, facts, carrier, now)
    const found = new Map<number, number>()
    const { starts, bitsPerSecond } = this.#kept.find(this, key, { now }) ?? { starts: [], bitsPerSecond: [] }
    for (const [i, at] of starts.entries()) if (isThen(at)) found.set(at, bitsPerSecond[i] ?? 0)
    return found
  }

  async #read(q: Queryable, facts: WhatIfFacts, carrier: LoadCarrier, now: EpochMs): Promise<void> {
    for (const [key, rates] of await readRates(q, facts, carrier, now)) {
      const [starts, bitsPerSecond] = [Float64Array.from(rates.keys()), Float64Array.from(rates.values())]
      this.#kept.store(this, key, { starts, bitsPerSecond }, { now })
    }
  }
}
