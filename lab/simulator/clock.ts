/** Virtual time: starts at a given moment and runs at a constant speed against the machine's monotonic clock. */

export interface Clock {
  /** Virtual now, epoch milliseconds. */
  readonly now: () => number
  readonly speed: number
}

/** @param monotonic milliseconds that never go back; the machine's own unless a test brings one */
export function createClock(start: number, speed = 1, monotonic: () => number = () => performance.now()): Clock {
  const zero = monotonic()
  return { speed, now: () => Math.round(start + (monotonic() - zero) * speed) }
}
