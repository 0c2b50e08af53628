import type { Logger } from '#lib/platform/log.ts'

/**
 * Minimum time between two log messages about the same address, milliseconds. A refused router tries again every few
 * seconds.
 */
const LOGGED_EVERY_MS = 60_000
const MAX_ADDRESSES = 1_000

/** Logs addresses that were refused a connection, each at most once a minute. */
export class RefusedConnectionLogger {
  /** Monotonic time of the last log message for each address. */
  private readonly logged = new Map<string, number>()
  private readonly log: Logger

  constructor(log: Logger) {
    this.log = log
  }

  note(address: string, why: 'not_listed' | 'too_many'): void {
    const now = performance.now()
    if (now - (this.logged.get(address) ?? Number.NEGATIVE_INFINITY) < LOGGED_EVERY_MS) return
    if (this.logged.size >= MAX_ADDRESSES) this.logged.clear()
    this.logged.set(address, now)
    const advice = why === 'not_listed' ? 'refused: ROUTERS_ALLOW does not list it' : 'refused: too many connections'
    this.log.warn({ router: address }, advice)
  }
}
