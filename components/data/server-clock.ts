/**
 * The server's time, continued by the browser. A browser has two clocks, and each can fail: the wall clock can be set, the
 * monotonic one stops while some machines sleep. The larger advance counts: data must never appear newer than it is.
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

/** The Date header has whole seconds, and an answer takes a while to arrive: differences below this are none. */
const TOGETHER_MS = 2_000

let known: WallClock | null = null

/** Now by the server's clock, epoch milliseconds; by the browser's before the first answer. */
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
