/**
 * Clock that continues the server's time with the browser's clocks. A browser has two clocks, and each can fail: the
 * wall clock can be set, and the monotonic clock stops while some machines sleep. The clock that has advanced more is
 * used, because data must never appear newer than it is.
 */
export class ContinuedServerClock {
  private server: number
  private wall = Date.now()
  private steady = performance.now()

  /** @param server the server's time, epoch milliseconds */
  constructor(server: number) {
    this.server = server
  }

  learn(server: number): void {
    this.server = server
    this.wall = Date.now()
    this.steady = performance.now()
  }

  now(): number {
    return this.server + Math.max(Date.now() - this.wall, performance.now() - this.steady)
  }
}

/**
 * Minimum difference between the server's and the assumed time that is corrected, milliseconds. Smaller differences are
 * ignored, because the Date header has whole seconds and a response takes time to arrive.
 */
const TOGETHER_MS = 2_000

let known: ContinuedServerClock | null = null

/**
 * Returns the current time by the server's clock, epoch milliseconds. Before the first response, returns the time of
 * the browser's clock.
 */
export const getServerNow = (): number => known?.now() ?? Date.now()

/** Derives the server's time from a response's Date header. */
export function learnServerTime(dateHeader: string | null): void {
  const seconds = Date.parse(dateHeader ?? '')
  if (Number.isNaN(seconds)) return
  const dated = seconds + 500
  const assumed = getServerNow()
  const server = Math.abs(dated - assumed) < TOGETHER_MS ? assumed : dated
  if (known === null) known = new ContinuedServerClock(server)
  else if (server !== assumed) known.learn(server)
}
