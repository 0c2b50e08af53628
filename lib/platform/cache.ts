import { memoizePerProcess } from '#lib/bgp/memoize.ts'
import { getCounter } from './metrics.ts'

interface CacheLimits<Value> {
  /** Maximum age of an entry in milliseconds; default: unlimited. */
  maxAgeMs?: number
  /** Maximum size of all entries of one owner. The least recently used entry is removed first. Default: unlimited. */
  maxSize?: number
  /** Size of a value; default: each value has the size 1. */
  sizeOf?: (value: Value) => number
}

/** Current time and current version, which decide whether a cached entry is still valid. */
interface CacheMoment {
  /**
   * Current time in milliseconds, always by the same clock for one cache; default: the monotonic clock of the process.
   */
  now?: number
  /** Text that identifies the inputs from which the value was computed. An entry with another version is invalid. */
  version?: string
}

interface Entry<Value> {
  value: Value
  version: string
  at: number
  until: number
}

interface Owned<Value> {
  entries: Map<string, Entry<Value>>
  size: number
}

/** Maximum time in milliseconds for which callers share a promise that is not fulfilled yet. */
const MAX_PENDING_MS = 10_000

/**
 * Cache in memory. An entry is found by an owner (an object such as a database) and a key. If the owner is
 * garbage-collected, its entries are removed too. An entry ends by its age, by another version, by the size limit, or
 * by `clear`. Hits and misses are counted under the name of the cache (ADR 0332).
 */
export class MemoryCache<Value> {
  readonly #name: string
  readonly #limits: Required<CacheLimits<Value>>
  #owners = new WeakMap<object, Owned<Value>>()

  /** @param name name of the cache in metrics */
  constructor(name: string, limits: CacheLimits<Value> = {}) {
    this.#name = name
    this.#limits = { maxAgeMs: Infinity, maxSize: Infinity, sizeOf: () => 1, ...limits }
  }

  /**
   * Returns the value of a valid entry; undefined if there is none. If the clock was set back, entries with a later
   * time are invalid.
   */
  find(owner: object, key: string, { now = performance.now(), version = '' }: CacheMoment = {}): Value | undefined {
    const { entries } = this.#ownedBy(owner)
    const entry = entries.get(key)
    const isValid = entry !== undefined && entry.version === version && now >= entry.at && now < entry.until
    readsOf().inc({ cache: this.#name, result: isValid ? 'hit' : 'miss' })
    if (!isValid) return undefined
    entries.delete(key)
    entries.set(key, entry)
    return entry.value
  }

  /**
   * Stores a value, replacing an entry with the same key, and returns the value. Also removes expired entries of the
   * owner.
   */
  store<Stored extends Value>(
    owner: object,
    key: string,
    value: Stored,
    {
      now = performance.now(),
      version = '',
      maxAgeMs = this.#limits.maxAgeMs,
    }: CacheMoment & { maxAgeMs?: number } = {},
  ): Stored {
    const { maxSize, sizeOf } = this.#limits
    const owned = this.#ownedBy(owner)
    this.#remove(owned, key)
    if (maxAgeMs < Infinity)
      for (const [other, { until }] of owned.entries) if (now >= until) this.#remove(owned, other)
    owned.entries.set(key, { value, version, at: now, until: now + maxAgeMs })
    owned.size += sizeOf(value)
    for (const oldest of owned.entries.keys()) {
      if (owned.size <= maxSize) break
      this.#remove(owned, oldest)
    }
    return value
  }

  /**
   * Returns the cached promise of a value. If there is none, it calls `make` and caches the resulting promise, so that
   * concurrent callers share one promise, for up to {@link MAX_PENDING_MS} also after the maximum age. A value is used
   * at least for as long as its computation took, because a value that is outdated when it is complete would be computed
   * again for each caller. A promise that fails is removed.
   * @param ageOf returns the maximum age in milliseconds of a value when it is known; 0 = the value is removed from the
   *   cache
   */
  share<Result extends Awaited<Value>>(
    owner: object,
    key: string,
    make: () => Promise<Result>,
    { ageOf, now = performance.now(), version = '' }: CacheMoment & { ageOf?: (value: Result) => number } = {},
  ): Promise<Result> {
    const known = this.find(owner, key, { now, version })
    if (known !== undefined) return known as Promise<Result>
    const begun = performance.now()
    const made = make()
    const { maxAgeMs } = this.#limits
    this.store(owner, key, made as Value, { now, version, maxAgeMs: Math.max(maxAgeMs, MAX_PENDING_MS) })
    const limitAge = (ageMs: number) => {
      const owned = this.#ownedBy(owner)
      const entry = owned.entries.get(key)
      if (entry?.value !== made) return
      entry.until = now + Math.max(ageMs, 2 * (performance.now() - begun))
      if (ageMs === 0) this.#remove(owned, key)
    }
    made.then(
      (value) => limitAge(ageOf?.(value) ?? maxAgeMs),
      () => limitAge(0),
    )
    return made
  }

  /** Removes all entries. Callers that already wait for a promise still get its value. */
  clear(): void {
    this.#owners = new WeakMap()
  }

  #ownedBy(owner: object): Owned<Value> {
    const owned = this.#owners.get(owner) ?? { entries: new Map(), size: 0 }
    this.#owners.set(owner, owned)
    return owned
  }

  #remove(owned: Owned<Value>, key: string): void {
    const entry = owned.entries.get(key)
    if (entry) owned.size -= this.#limits.sizeOf(entry.value)
    owned.entries.delete(key)
  }
}

/**
 * Returns the cache with this name, and creates it at the first call. A web bundler may instantiate a module for pages
 * and again for the API, so that both must share the caches of modules.
 * @param name name of the cache in metrics. Each name belongs to one module
 */
export const openProcessCache = <Value>(name: string, limits: CacheLimits<Value> = {}): MemoryCache<Value> =>
  memoizePerProcess(`cache.${name}`, () => new MemoryCache<Value>(name, limits))()

const readsOf = () =>
  getCounter('peerwatch_cache_reads_total', 'Reads of caches in memory by name of the cache and result', [
    'cache',
    'result',
  ])

/**
 * Returns a text that identifies the parameter values of a statement, for use as a key. Bigint values become texts,
 * because JSON has no bigint.
 */
export const formatValuesKey = (values: unknown): string =>
  JSON.stringify(values ?? [], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
