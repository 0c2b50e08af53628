/** Virtual time. It starts at a given moment and runs at a constant speed relative to the machine's monotonic clock. */

export interface VirtualClock {
  /** Current virtual time, epoch milliseconds. */
  readonly now: () => number
  readonly speed: number
}

/**
 * Creates a virtual clock.
 * @param monotonic returns milliseconds that never decrease; by default the machine's own clock
 */
export function createClock(start: number, speed = 1, monotonic: () => number = () => performance.now()): VirtualClock {
  const zero = monotonic()
  return { speed, now: () => Math.round(start + (monotonic() - zero) * speed) }
}
