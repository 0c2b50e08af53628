import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import { Cache } from '#lib/platform/cache.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { carrierKey, type LoadCarrier, type LoadRates } from '../../rules/index.ts'
import type { WhatIfLoad } from '../../api/index.ts'
import type { WhatIfFacts } from '../what-if/facts.ts'
import { readRates } from '../what-if/read-load.ts'

/** 30 days do not become others within it. */
const GOOD_FOR_MS = HOUR
/** Of a path in one direction: 140 kB each. */
const MAX_KEPT = 100
/** Of intervals, for everybody who reads. */
const MAX_LOADS = 2_000

/**
 * What paths carried in the last 30 days, read once an hour: each is a month of samples, and each reader's windows ask for the same. Whoever
 * sees a circuit sees all that it carried.
 */
export class KeptRates {
  readonly #kept = new Cache<{ starts: Float64Array; bitsPerSecond: Float64Array }>('rates_of_outlooks', {
    maxAgeMs: GOOD_FOR_MS,
    maxSize: MAX_KEPT,
  })
  readonly #loads = new Cache<Promise<WhatIfLoad[]>>('loads_of_outlooks', {
    maxAgeMs: GOOD_FOR_MS,
    maxSize: MAX_LOADS,
  })

  /** What takes over, as it was computed within the hour: most tables that change move nothing of it. @param key all that it follows from, but for rates */
  load(key: string, now: EpochMs, compute: () => Promise<WhatIfLoad[]>): Promise<WhatIfLoad[]> {
    return this.#loads.share(this, key, compute, { now })
  }

  /** Of some hours of those days, bit/s by the begin of each five minutes; empty where nothing was measured. */
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
