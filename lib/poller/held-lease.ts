import type { Database } from '#lib/platform/database.ts'
import { heartbeat, type Lease } from '#lib/platform/leases/index.ts'
import type { Logger } from '#lib/platform/log.ts'
import { CLAIM_SECONDS, leaseSeconds } from './deadline.ts'

/** A row that somebody holds is asked for again so soon. */
const LOCKED_RETRY_SECONDS = 0.5

/**
 * Keeps a lease while its poll is in flight, and aborts the poll when the lease went to another worker. A database that
 * does not answer aborts nothing: whether the lease still holds is decided at the commit.
 */
export class HeldLease {
  /** aborted when the lease was lost, or by {@link giveUp} */
  readonly signal: AbortSignal
  readonly #controller = new AbortController()
  readonly #db: Database
  readonly #lease: Lease
  readonly #log: Logger
  #timer: NodeJS.Timeout
  #ended = false

  constructor(db: Database, lease: Lease, log: Logger) {
    this.#db = db
    this.#lease = lease
    this.#log = log
    this.signal = this.#controller.signal
    this.#timer = this.#beatIn(CLAIM_SECONDS / 3)
  }

  giveUp(): void {
    this.#controller.abort(new DOMException('the worker stops', 'AbortError'))
  }

  /** The poll has ended. */
  end(): void {
    clearTimeout(this.#timer)
    this.#ended = true
  }

  #beatIn(seconds: number): NodeJS.Timeout {
    return setTimeout(() => void this.#beat(), seconds * 1000)
  }

  async #beat(): Promise<void> {
    const seconds = leaseSeconds(this.#lease.everySeconds)
    let next = seconds / 3
    try {
      const held = await heartbeat(this.#db, this.#lease, seconds)
      if (this.#ended) return
      if (held === null) next = LOCKED_RETRY_SECONDS
      if (held === false) {
        this.#controller.abort(new DOMException('the lease was lost', 'AbortError'))
        return
      }
    } catch (error) {
      this.#log.debug({ err: error, sourceId: this.#lease.sourceId, kind: this.#lease.kind }, 'a heartbeat failed')
      next = CLAIM_SECONDS / 3
    }
    if (!this.#ended) this.#timer = this.#beatIn(next)
  }
}
