import type { LastPoll, PeekedState } from '#lib/history/index.ts'
import type { LeaseKey } from '#lib/platform/leases/index.ts'

/** Most polls, and most sources, of which something is remembered: some three times as many as a thousand gateways have. */
const MOST = 40_000

/**
 * What a worker's own last polls have left, so that the next ones need not read it. An entry holds for the lease that follows the one
 * under which it was made: then nobody else has recorded a poll between the two.
 */
export class PollMemory {
  readonly #polls: Bounded<string, { epoch: bigint; last: LastPoll }>
  readonly #states: Bounded<number, PeekedState>

  constructor(most = MOST) {
    this.#polls = new Bounded(most)
    this.#states = new Bounded(most)
  }

  /** What the poll left that was made under the lease before this one; null = unknown. */
  before(lease: LeaseKey): LastPoll | null {
    const known = this.#polls.get(keyOf(lease))
    return known?.epoch === BigInt(lease.epoch) - 1n ? known.last : null
  }

  /** Takes note of what a poll under this lease has left, unless a later one is known. */
  remember(lease: LeaseKey, last: LastPoll): void {
    const epoch = BigInt(lease.epoch)
    const known = this.#polls.get(keyOf(lease))
    if (!known || known.epoch <= epoch) this.#polls.set(keyOf(lease), { epoch, last })
  }

  /** What detection remembered of a source when it was last read or replaced here; null = unknown, or nothing. */
  stateOf(sourceId: number): PeekedState | null {
    return this.#states.get(sourceId) ?? null
  }

  rememberState(sourceId: number, peeked: PeekedState): void {
    this.#states.set(sourceId, peeked)
  }

  /** What a poll that others must not be compared with may have changed. */
  forget(lease: LeaseKey): void {
    this.#polls.delete(keyOf(lease))
    this.#states.delete(lease.sourceId)
  }

  /** How many polls and sources are remembered. */
  get size(): number {
    return this.#polls.size + this.#states.size
  }
}

const keyOf = ({ sourceId, kind }: Pick<LeaseKey, 'sourceId' | 'kind'>) => `${sourceId} ${kind}`

/** A map that forgets what was set longest ago. */
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
