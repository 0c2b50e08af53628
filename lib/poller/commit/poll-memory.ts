import type { LastPoll, PeekedState } from '#lib/history/index.ts'
import type { LeaseKey } from '#lib/platform/leases/index.ts'

/**
 * Maximum number of polls, and of sources, that are remembered: about three times the number that a thousand gateways
 * need.
 */
const MOST = 40_000

/**
 * Results of a worker's own last polls, so that the next polls need not read them. An entry is valid only for the lease
 * that directly follows its own lease, because then no other process has recorded a poll in between.
 */
export class PollMemory {
  readonly #polls: Bounded<string, { epoch: bigint; last: LastPoll }>
  readonly #states: Bounded<number, PeekedState>

  constructor(most = MOST) {
    this.#polls = new Bounded(most)
    this.#states = new Bounded(most)
  }

  /** Returns the results of the poll under the previous lease; null = unknown. */
  before(lease: LeaseKey): LastPoll | null {
    const known = this.#polls.get(keyOf(lease))
    return known?.epoch === BigInt(lease.epoch) - 1n ? known.last : null
  }

  /** Stores the results of a poll under this lease, unless those of a later poll are known. */
  remember(lease: LeaseKey, last: LastPoll): void {
    const epoch = BigInt(lease.epoch)
    const known = this.#polls.get(keyOf(lease))
    if (!known || known.epoch <= epoch) this.#polls.set(keyOf(lease), { epoch, last })
  }

  /** Returns detection's state of a source when it was last read or replaced here; null = unknown or empty. */
  stateOf(sourceId: number): PeekedState | null {
    return this.#states.get(sourceId) ?? null
  }

  rememberState(sourceId: number, peeked: PeekedState): void {
    this.#states.set(sourceId, peeked)
  }

  /** Discards entries that a separately committed poll may have changed. */
  forget(lease: LeaseKey): void {
    this.#polls.delete(keyOf(lease))
    this.#states.delete(lease.sourceId)
  }

  /** Number of remembered polls and sources. */
  get size(): number {
    return this.#polls.size + this.#states.size
  }
}

const keyOf = ({ sourceId, kind }: Pick<LeaseKey, 'sourceId' | 'kind'>) => `${sourceId} ${kind}`

/** A map that removes the entry that was set longest ago. */
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
