import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname, uptime } from 'node:os'

/** Milliseconds since 1970-01-01T00:00:00Z, by the wall clock. */
export type EpochMs = number

/**
 * Where code gets its time from. Wall time dates things; monotonic time measures how long they took,
 * because the wall clock may step while something runs.
 */
export type Clock = {
  /** Wall clock, epoch milliseconds UTC. */
  now(): EpochMs
  /** Milliseconds from an arbitrary origin, never going backwards. */
  monotonic(): number
  /** Which machine's wall clock it is, and when that was started by it; absent = a clock that nobody sets. */
  dating?(): { machine: string; bootedAt: EpochMs }
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  // how long a machine has been running counts its sleep, after which the wall clock is right without having been set
  dating: () => ({ machine: MACHINE, bootedAt: Math.round(Date.now() - uptime() * 1_000) }),
}

/** One name for all processes of a machine from one start to the next; where the system tells none, of this process. */
const MACHINE = `${hostname()} ${bootName()}`

function bootName(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return randomUUID()
  }
}

/** A clock that only moves when told to; for tests. */
export type ManualClock = Clock & {
  /** Moves wall and monotonic time forward by `ms` (>= 0). */
  advance(ms: number): void
  /** Steps the wall clock alone, as an NTP correction does; may go backwards. */
  step(to: EpochMs): void
}

/** @param start what its wall clock says first */
export function manualClock(start: EpochMs): ManualClock {
  let wall = start
  let elapsed = 0
  return {
    now: () => wall,
    monotonic: () => elapsed,
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`a clock can't be advanced by ${ms} ms`)
      wall += ms
      elapsed += ms
    },
    step(to) {
      wall = to
    },
  }
}
