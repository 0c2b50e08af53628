/**
 * The server's time, carried on by the browser. A browser has two clocks, and each can fail: the wall clock is set by people, the
 * steady one stands still while some machines sleep. Whichever went further counts: data must never look younger than it is.
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

/** A tick later than this means that the machine slept, or that somebody set its clock. */
const SLEPT_MS = 5_000
const CLOCK_MOVED_MS = 2_000

/** Looks at both clocks from tick to tick, and notices what timers alone can't. */
export class JumpWatch {
  private wall = Date.now()
  private steady = performance.now()

  /** @returns what happened since the last look, or null when it was an ordinary second */
  look(): 'slept' | 'clock moved' | null {
    const wall = Date.now() - this.wall
    const steady = performance.now() - this.steady
    this.wall += wall
    this.steady += steady
    if (steady > SLEPT_MS || (wall > SLEPT_MS && Math.abs(wall - steady) > SLEPT_MS)) return 'slept'
    return Math.abs(wall - steady) > CLOCK_MOVED_MS ? 'clock moved' : null
  }
}
