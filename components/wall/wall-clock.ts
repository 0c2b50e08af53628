/** A tick later than this means that the machine slept or its clock was set. */
const SLEPT_MS = 5_000
const CLOCK_STEP_MS = 2_000

/** Compares both clocks at each tick to detect sleep and clock steps. */
export class JumpWatch {
  private wall = Date.now()
  private steady = performance.now()

  /** @returns what happened since the last tick, or null for an ordinary second */
  tick(): 'slept' | 'clock step' | null {
    const wall = Date.now() - this.wall
    const steady = performance.now() - this.steady
    this.wall += wall
    this.steady += steady
    if (steady > SLEPT_MS || (wall > SLEPT_MS && Math.abs(wall - steady) > SLEPT_MS)) return 'slept'
    return Math.abs(wall - steady) > CLOCK_STEP_MS ? 'clock step' : null
  }
}
