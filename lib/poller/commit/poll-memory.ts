import type { LastPollStateInMemory, UnlockedDetectionState } from '#lib/history/index.ts'
import type { LeaseKey } from '#lib/platform/leases/index.ts'

/**
 * Maximum number of polls whose results are cached, and of sources whose detection state is cached. A thousand gateways
 * need about a third of it.
 */
const MAX_REMEMBERED_POLLS = 40_000

/**
 * Cache of the results of this worker's last polls, with which the next polls are compared. A result is used only if
 * the lease of the next poll directly follows the lease of the cached poll, because no other worker can then have
 * polled in between.
 */
export class LastPollResultCache {
  readonly #polls: Bounded<string, { epoch: bigint; last: LastPollStateInMemory }>
  readonly #states: Bounded<number, UnlockedDetectionState>

  constructor(most = MAX_REMEMBERED_POLLS) {
    this.#polls = new Bounded(most)
    this.#states = new Bounded(most)
  }

  /** Returns the result of the poll under the previous lease; null = it is not cached in this process. */
  before(lease: LeaseKey): LastPollStateInMemory | null {
    const known = this.#polls.get(keyOf(lease))
    return known?.epoch === BigInt(lease.epoch) - 1n ? known.last : null
  }

  /** Caches the result of the poll under a lease, unless the result of a later lease is cached. */
  remember(lease: LeaseKey, last: LastPollStateInMemory): void {
    const epoch = BigInt(lease.epoch)
    const known = this.#polls.get(keyOf(lease))
    if (!known || known.epoch <= epoch) this.#polls.set(keyOf(lease), { epoch, last })
  }

  /**
   * Returns detection's state of a source as this process last read or replaced it; null = it is not cached, or the
   * state is empty.
   */
  stateOf(sourceId: number): UnlockedDetectionState | null {
    return this.#states.get(sourceId) ?? null
  }

  rememberState(sourceId: number, peeked: UnlockedDetectionState): void {
    this.#states.set(sourceId, peeked)
  }

  /** Removes the cached results of a source that a separately committed poll may have changed. */
  forget(lease: LeaseKey): void {
    this.#polls.delete(keyOf(lease))
    this.#states.delete(lease.sourceId)
  }

  /** Number of cached polls and states. */
  get size(): number {
    return this.#polls.size + this.#states.size
  }
}

const keyOf = ({ sourceId, kind }: Pick<LeaseKey, 'sourceId' | 'kind'>) => `${sourceId} ${kind}`

/** A map of limited size. If it is full, a new entry replaces the entry that was set longest ago. */
class Bounded<Key, Value> extends Map<Key, Value> {
  readonly #most: number

  constructor(most: number) {
    super()
    this.#most = most
  }

  override set(key: Key, value: Value): this {
    this.delete(key)
    super.set(key, value)
    if (this.size > this.#most) {
      const [oldest] = this.keys()
      if (oldest !== undefined) this.delete(oldest)
    }
    return this
  }
}
