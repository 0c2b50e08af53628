import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import { Cache } from '#lib/platform/cache.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { formatPathDirectionKey, type PathDirection, type LoadRates } from '../../rules/index.ts'
import type { WhatIfLoad } from '../../api/index.ts'
import type { WhatIfFacts } from '../what-if/what-if-facts.ts'
import { readPathRates } from '../what-if/read-load.ts'

/** Time for which rates are cached, milliseconds. Within it, 30 days of samples hardly change. */
const GOOD_FOR_MS = HOUR
/** Maximum number of cached series of rates, one for each path and direction. A series needs 140 kB. */
const MAX_KEPT = 100
/** Maximum number of cached loads of maintenance intervals, for all callers together. */
const MAX_LOADS = 2_000

/**
 * Cache of the rates that paths had in the last 30 days, and of the loads that were computed from them. The rates of a
 * path are read at most once an hour, because they are a month of samples. All callers share the cache, because a
 * caller that may see a circuit may see all of its traffic.
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
   * Returns the load of the paths that take over traffic, from the cache or computed. A cached load is used for an
   * hour.
   * @param key text of everything that the load depends on, except the rates. Most changes of routes do not change it.
   */
  load(key: string, now: EpochMs, compute: () => Promise<WhatIfLoad[]>): Promise<WhatIfLoad[]> {
    return this.#loads.share(this, key, compute, { now })
  }

  /**
   * Returns the measured rates of a path in the last 30 days, limited to the hours that `isThen` selects, in bit/s by
   * the begin of each five minutes. Empty = not measured.
   */
  async during(
    q: Queryable,
    facts: WhatIfFacts,
    carrier: PathDirection,
    { now, isThen }: { now: EpochMs; isThen: (at: EpochMs) => boolean },
  ): Promise<LoadRates> {
    const key = formatPathDirectionKey(carrier)
    if (!this.#kept.find(this, key, { now })) await this.#read(q, facts, carrier, now)
    const found = new Map<number, number>()
    const { starts, bitsPerSecond } = this.#kept.find(this, key, { now }) ?? { starts: [], bitsPerSecond: [] }
    for (const [i, at] of starts.entries()) if (isThen(at)) found.set(at, bitsPerSecond[i] ?? 0)
    return found
  }

  async #read(q: Queryable, facts: WhatIfFacts, carrier: PathDirection, now: EpochMs): Promise<void> {
    for (const [key, rates] of await readPathRates(q, facts, carrier, now)) {
      const [starts, bitsPerSecond] = [Float64Array.from(rates.keys()), Float64Array.from(rates.values())]
      this.#kept.store(this, key, { starts, bitsPerSecond }, { now })
    }
  }
}
