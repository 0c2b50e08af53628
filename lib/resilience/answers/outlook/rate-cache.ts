import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { MemoryCache } from '#lib/platform/cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatPathDirectionKey, type PathDirection, type PathBitRatesByInterval } from '../../rules/index.ts'
import type { WhatIfLoad } from '../../api/index.ts'
import type { WhatIfFacts } from '../what-if/what-if-facts.ts'
import { readPathRates } from '../what-if/read-load.ts'

/** Time in milliseconds for which rates are cached. During this time, the samples of 30 days hardly change. */
const GOOD_FOR_MS = MS_PER_HOUR
/** Maximum number of paths and directions whose rates are cached. Each needs 140 kB of memory. */
const MAX_KEPT = 100
/** Maximum number of cached loads of maintenance intervals, for all callers together. */
const MAX_LOADS = 2_000

/**
 * Cache of the rates of paths in the last 30 days, and of the loads that were computed from them. The rates of a path
 * are read at most once an hour, because that requires reading a month of samples. All callers share the cache, because
 * a caller who may see a circuit may see all of its traffic.
 */
export class OutlookPathRateCache {
  readonly #kept = new MemoryCache<{ starts: Float64Array; bitsPerSecond: Float64Array }>('rates_of_outlooks', {
    maxAgeMs: GOOD_FOR_MS,
    maxSize: MAX_KEPT,
  })
  readonly #loads = new MemoryCache<Promise<WhatIfLoad[]>>('loads_of_outlooks', {
    maxAgeMs: GOOD_FOR_MS,
    maxSize: MAX_LOADS,
  })

  /**
   * Returns the load of the paths to which traffic moves. A cached load is used for up to an hour; otherwise the load
   * is computed.
   * @param key text that identifies everything on which the load depends, except the rates. Most changes of routes
   *   leave it unchanged
   */
  load(key: string, now: EpochMs, compute: () => Promise<WhatIfLoad[]>): Promise<WhatIfLoad[]> {
    return this.#loads.share(this, key, compute, { now })
  }

  /**
   * Returns the rates of a path in the last 30 days in bit/s, by the begin of each five minutes. Only the hours for
   * which `isThen` returns true are included. Empty = not measured.
   */
  async during(
    q: SqlExecutor,
    facts: WhatIfFacts,
    carrier: PathDirection,
    { now, isThen }: { now: EpochMs; isThen: (at: EpochMs) => boolean },
  ): Promise<PathBitRatesByInterval> {
    const key = formatPathDirectionKey(carrier)
    if (!this.#kept.find(this, key, { now })) await this.#read(q, facts, carrier, now)
    const found = new Map<number, number>()
    const { starts, bitsPerSecond } = this.#kept.find(this, key, { now }) ?? { starts: [], bitsPerSecond: [] }
    for (const [i, at] of starts.entries()) if (isThen(at)) found.set(at, bitsPerSecond[i] ?? 0)
    return found
  }

  async #read(q: SqlExecutor, facts: WhatIfFacts, carrier: PathDirection, now: EpochMs): Promise<void> {
    for (const [key, rates] of await readPathRates(q, facts, carrier, now)) {
      const [starts, bitsPerSecond] = [Float64Array.from(rates.keys()), Float64Array.from(rates.values())]
      this.#kept.store(this, key, { starts, bitsPerSecond }, { now })
    }
  }
}
