import { counter } from './metrics.ts'

interface CacheLimits<Value> {
  /** Maximum age of an entry in milliseconds; default: unlimited. */
  maxAgeMs?: number
  /** Maximum size of all entries of one owner. The least recently used entry is removed first. Default: unlimited. */
  maxSize?: number
  /** Size of a value; default: each value has the size 1. */
  sizeOf?: (value: Value) => number
}

/** The conditions under which an entry is valid. */
interface CacheMoment {
  /** Milliseconds on the clock that this cache uses for all its entries; default: the monotonic clock of the process. */
  now?: number
  /** Fingerprint of the inputs of a value; an entry of another version is replaced. */
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

/**
 * A cache in memory. The key is an object that owns the value, such as a database, and a text. If the owner is
 * garbage-collected, its entries are removed too. An entry becomes invalid by its age, by a different version, by the
 * limit of the size, or by `clear`. Reads are counted by the name of the cache (ADR 0332).
 */
export class Cache<Value> {
  readonly #name: string
  readonly #limits: Required<CacheLimits<Value>>
  #owners = new WeakMap<object, Owned<Value>>()

  /** @param name label of the metric */
  constructor(name: string, limits: CacheLimits<Value> = {}) {
    this.#name = name
    this.#limits = { maxAgeMs: Infinity, maxSize: Infinity, sizeOf: () => 1, ...limits }
  }

  /**
   * Returns the value of a valid entry, or undefined. If the clock was set back, entries with a later time are invalid.
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
   * Stores a value, which replaces the value of any version, and returns it. Expired entries of the owner are removed.
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
   * Returns the promise of a valid entry, or creates a new one. All callers share a promise while it is pending. A
   * failure is not stored.
   * @param ageOf returns the maximum age of a value in milliseconds once it is known; 0 = the value is not stored
   */
  share<Result extends Awaited<Value>>(
    owner: object,
    key: string,
    make: () => Promise<Result>,
    { ageOf, now = performance.now(), version = '' }: CacheMoment & { ageOf?: (value: Result) => number } = {},
  ): Promise<Result> {
    const known = this.find(owner, key, { now, version })
    if (known !== undefined) return known as Promise<Result>
    const made = make()
    this.store(owner, key, made as Value, { now, version })
    const limitAge = (maxAgeMs: number) => {
      const owned = this.#ownedBy(owner)
      const entry = owned.entries.get(key)
      if (entry?.value !== made) return
      entry.until = now + maxAgeMs
      if (maxAgeMs === 0) this.#remove(owned, key)
    }
    made.then(
      (value) => ageOf && limitAge(ageOf(value)),
      () => limitAge(0),
    )
    return made
  }

  /**
   * Removes all entries. A pending value is delivered to the callers that already wait for it, and to no later caller.
   */
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

const readsOf = () =>
  counter('peerwatch_cache_reads_total', 'Reads of caches in memory by name of the cache and result', [
    'cache',
    'result',
  ])

/**
 * Returns a text that identifies statement parameters. JSON cannot contain bigint values, so they are written as text.
 */
export const keyOfValues = (values: unknown): string =>
  JSON.stringify(values ?? [], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
