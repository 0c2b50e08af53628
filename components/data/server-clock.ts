/**
 * The server's time, continued by the browser's clocks. Each of a browser's two clocks can fail: the wall clock can be
 * set, and the monotonic clock stops while some machines sleep. The larger advance counts, because data must never
 * appear newer than it is.
 */
export class WallClock {
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
 * Differences between the clocks below this number of milliseconds are ignored, because the Date header has whole
 * seconds and a response takes time to arrive.
 */
const TOGETHER_MS = 2_000

let known: WallClock | null = null

/**
 * Returns the current time by the server's clock, epoch milliseconds; before the first response, by the browser's
 * clock.
 */
export const serverNow = (): number => known?.now() ?? Date.now()

/** Derives the server's time from a response's Date header. */
export function learnServerTime(dateHeader: string | null): void {
  const seconds = Date.parse(dateHeader ?? '')
  if (Number.isNaN(seconds)) return
  const dated = seconds + 500
  const assumed = serverNow()
  const server = Math.abs(dated - assumed) < TOGETHER_MS ? assumed : dated
  if (known === null) known = new WallClock(server)
  else if (server !== assumed) known.learn(server)
}
