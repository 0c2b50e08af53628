import type { EpochMs } from '#lib/contract/index.ts'

const WINDOW_MS = 60_000
/** Maximum number of senders that are counted separately in a minute. All further senders share one count. */
const MAX_SENDERS = 1_000

/** Limits the number of requests of each sender per minute. */
export class InboundRateLimiter {
  readonly #most: number
  #since = 0
  #counts = new Map<string, number>()

  /** @param most maximum number of requests of one sender in a minute */
  constructor(most: number) {
    this.#most = most
  }

  /**
   * Counts a request of a sender.
   * @returns seconds until the sender may try again; 0 = the request is accepted
   */
  take(sender: string, now: EpochMs): number {
    if (now - this.#since >= WINDOW_MS || now < this.#since) {
      this.#since = now
      this.#counts = new Map()
    }
    const key = this.#counts.has(sender) || this.#counts.size < MAX_SENDERS ? sender : ''
    const count = (this.#counts.get(key) ?? 0) + 1
    this.#counts.set(key, count)
    return count <= this.#most ? 0 : Math.max(1, Math.ceil((this.#since + WINDOW_MS - now) / 1_000))
  }
}
