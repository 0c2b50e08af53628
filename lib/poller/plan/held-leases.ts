import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { extendPollLeases, type PollLease } from '#lib/platform/leases/index.ts'
import type { Logger } from '#lib/platform/log.ts'
import { MIN_LEASE_LEFT_FOR_REQUEST_MS, CLAIM_LEASE_SECONDS, computeLeaseSeconds } from './poll-deadlines.ts'

/**
 * Time between two rounds of heartbeats, milliseconds. One statement extends all leases that are due. If the row of a
 * lease is locked, the next round tries again.
 */
const TURN_MS = 500

/** The lease of a poll that is running or waiting for Azure. */
export interface HeldLease {
  readonly lease: PollLease
  /** Signal that is aborted if another worker took over the lease, or if {@link giveUp} is called. */
  readonly signal: AbortSignal
  /**
   * Aborts the poll if, by this process's clock, the lease has expired or will expire within {@link
   * MIN_LEASE_LEFT_FOR_REQUEST_MS}. Another worker may then own it. This can happen if this process was frozen or is
   * overloaded. It must not send a request to Azure then.
   * @throws the reason of `signal`
   */
  throwIfLost(): void
  giveUp(): void
  /** Stops extending the lease, because the poll has ended. */
  end(): void
}

/**
 * Extends the leases of all polls of a worker, with one timer and one statement. A poll is aborted if another worker
 * took over its lease. If the database does not answer, polls continue, because the commit checks the lease.
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
   * Begins to extend a lease that was just claimed.
   * @param claimedAt monotonic time before the claim was sent; the lease is valid for {@link CLAIM_LEASE_SECONDS} from
   *   then
   */
  hold(lease: PollLease, claimedAt: number): HeldLease {
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
      for (const held of due) held.beatAt = now + (CLAIM_LEASE_SECONDS * 1_000) / 3
    }
    this.#isTurning = false
    if (this.#held.size > 0) this.#turnSoon()
  }

  #turnSoon(): void {
    this.#isTurning = true
    setTimeout(() => void this.#turn(), TURN_MS)
  }

  async #extend(due: readonly Held[], now: number): Promise<void> {
    const beats = due.map(({ lease }) => ({ lease, seconds: computeLeaseSeconds(lease.shortestSeconds) }))
    const answers = await extendPollLeases(this.#db, beats)
    for (const [i, held] of due.entries()) {
      if (answers[i] === 'held') held.extended(now, computeLeaseSeconds(held.lease.shortestSeconds))
      // a poll that ended meanwhile has released its lease itself, which does not count as lost
      if (answers[i] === 'lost' && this.#held.has(held)) held.lose()
    }
  }
}

class Held implements HeldLease {
  readonly lease: PollLease
  readonly #controller = new AbortController()
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #ended: () => void
  /** Time of the monotonic clock at which the lease expires. */
  #until: number
  /** Time of the monotonic clock at which the next heartbeat is due. */
  beatAt: number

  constructor(lease: PollLease, claimedAt: number, clock: Pick<Clock, 'monotonic'>, ended: () => void) {
    this.lease = lease
    this.#clock = clock
    this.#ended = ended
    this.#until = claimedAt + CLAIM_LEASE_SECONDS * 1_000
    this.beatAt = claimedAt + (CLAIM_LEASE_SECONDS * 1_000) / 3
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
    if (this.#clock.monotonic() >= this.#until - MIN_LEASE_LEFT_FOR_REQUEST_MS) this.lose()
    this.signal.throwIfAborted()
  }

  giveUp(): void {
    this.#controller.abort(new DOMException('the worker stops', 'AbortError'))
  }

  end(): void {
    this.#ended()
  }
}
