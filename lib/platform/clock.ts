import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname, uptime } from 'node:os'

/** Milliseconds since 1970-01-01T00:00:00Z, by the wall clock. */
export type EpochMs = number

/**
 * The source of time. Wall time dates events; monotonic time measures durations,
 * because the wall clock may step in between.
 */
export type Clock = {
  /** Wall clock, epoch milliseconds UTC. */
  now(): EpochMs
  /** Milliseconds from an arbitrary origin, never going backwards. */
  monotonic(): number
  /** The machine of the wall clock, and the machine's start by that clock; absent = a clock that nobody sets. */
  dating?(): { machine: string; bootedAt: EpochMs }
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  // uptime includes suspended time, after which the wall clock is right without a step
  dating: () => ({ machine: MACHINE, bootedAt: Math.round(Date.now() - uptime() * 1_000) }),
}

/** One name for all processes of a machine from one boot to the next; without a boot id, of this process. */
const MACHINE = `${hostname()} ${bootName()}`

function bootName(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return randomUUID()
  }
}

/** A clock that advances only when a test sets it. */
export type ManualClock = Clock & {
  /** Moves wall and monotonic time forward by `ms` (>= 0). */
  advance(ms: number): void
  /** Steps the wall clock alone, as an NTP correction does; may go backwards. */
  step(to: EpochMs): void
}

/** @param start initial wall time */
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
