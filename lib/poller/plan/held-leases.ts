import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { heartbeat, type Lease } from '#lib/platform/leases/index.ts'
import type { Logger } from '#lib/platform/log.ts'
import { BEGINS_BEFORE_END_MS, CLAIM_SECONDS, leaseSeconds } from './deadline.ts'

/**
 * Interval in milliseconds at which due leases are extended together. A row that is locked is retried in the next turn.
 */
const TURN_MS = 500

/** A lease while its poll is running or waiting for Azure. */
export interface HeldLease {
  readonly lease: Lease
  /** aborted if the lease was lost, or by {@link giveUp} */
  readonly signal: AbortSignal
  /**
   * Aborts if the lease has expired by this process's own clock or is about to expire ({@link BEGINS_BEFORE_END_MS}).
   * Another worker may then own it, and this process, which was frozen or is overloaded, must not start a request to
   * Azure.
   * @throws the signal's reason
   */
  throwIfLost(): void
  giveUp(): void
  /** Ends the lease after the poll has ended. */
  end(): void
}

/**
 * Extends the leases of all polls of a worker, with one timer and one statement for all due leases, and aborts a poll
 * whose lease went to another worker. If the database does not answer, no poll is aborted, because the commit decides
 * whether a lease is still valid.
 */
export class HeldLeases {
  readonly #db: Database
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #log: Logger
  readonly #held = new Set<Held>()
  #isTurning = false

  constructor(db: Database, clock: Pick<Clock, 'monotonic'>, log: Logger) {
    this.#db = db
    this.#clock = clock
    this.#log = log
  }

  /**
   * Begins to extend a claimed lease.
   * @param claimedAt monotonic time before the claim was sent; the claim is valid for {@link CLAIM_SECONDS} from then
   */
  hold(lease: Lease, claimedAt: number): HeldLease {
    const held = new Held(lease, claimedAt, this.#clock, () => this.#held.delete(held))
    this.#held.add(held)
    if (!this.#isTurning) this.#turnSoon()
    return held
  }

  async #turn(): Promise<void> {
    const now = this.#clock.monotonic()
    const due = [...this.#held].filter(({ beatAt }) => beatAt <= now)
    try {
      if (due.length > 0) await this.#extend(due, now)
    } catch (error) {
      this.#log.debug({ err: error, leases: due.length }, 'a heartbeat failed')
      for (const held of due) held.beatAt = now + (CLAIM_SECONDS * 1_000) / 3
    }
    this.#isTurning = false
    if (this.#held.size > 0) this.#turnSoon()
  }

  #turnSoon(): void {
    this.#isTurning = true
    setTimeout(() => void this.#turn(), TURN_MS)
  }

  async #extend(due: readonly Held[], now: number): Promise<void> {
    const beats = due.map(({ lease }) => ({ lease, seconds: leaseSeconds(lease.shortestSeconds) }))
    const answers = await heartbeat(this.#db, beats)
    for (const [i, held] of due.entries()) {
      if (answers[i] === 'held') held.extended(now, leaseSeconds(held.lease.shortestSeconds))
      // if the poll has ended meanwhile, the lease is not lost
      if (answers[i] === 'lost' && this.#held.has(held)) held.lose()
    }
  }
}

class Held implements HeldLease {
  readonly lease: Lease
  readonly #controller = new AbortController()
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #ended: () => void
  /** monotonic time at which the lease expires */
  #until: number
  /** monotonic time of the next heartbeat */
  beatAt: number

  constructor(lease: Lease, claimedAt: number, clock: Pick<Clock, 'monotonic'>, ended: () => void) {
    this.lease = lease
    this.#clock = clock
    this.#ended = ended
    this.#until = claimedAt + CLAIM_SECONDS * 1_000
    this.beatAt = claimedAt + (CLAIM_SECONDS * 1_000) / 3
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  extended(at: number, seconds: number): void {
    this.#until = at + seconds * 1_000
    this.beatAt = at + (seconds * 1_000) / 3
  }

  lose(): void {
    this.#controller.abort(new DOMException('the lease was lost', 'AbortError'))
  }

  throwIfLost(): void {
    if (this.#clock.monotonic() >= this.#until - BEGINS_BEFORE_END_MS) this.lose()
    this.signal.throwIfAborted()
  }

  giveUp(): void {
    this.#controller.abort(new DOMException('the worker stops', 'AbortError'))
  }

  end(): void {
    this.#ended()
  }
}
