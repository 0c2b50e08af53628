import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname, uptime } from 'node:os'

/** Milliseconds since 1970-01-01T00:00:00Z, by the wall clock. */
export type EpochMs = number

/**
 * Source of time. Wall time dates events; monotonic time measures durations, because the wall clock can be stepped in
 * between.
 */
export type Clock = {
  /** Wall clock, epoch milliseconds UTC. */
  now(): EpochMs
  /** Milliseconds from an arbitrary origin, never going backwards. */
  monotonic(): number
  /**
   * Returns the machine of the wall clock, and the machine's start according to that clock; absent = a clock that is
   * never set.
   */
  dating?(): { machine: string; bootedAt: EpochMs }
}

/**
 * Name of the machine since its last boot, the same for all its processes. Without a boot id, it names only this
 * process.
 */
const MACHINE = `${hostname()} ${bootName()}`

function bootName(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return randomUUID()
  }
}

/**
 * Returns milliseconds from an origin that all threads of a process share, unlike `performance.now()`, whose origin
 * differs by thread. The value never goes backwards and cannot be set.
 */
export const steadyMs = (): number => Number(process.hrtime.bigint()) / 1e6

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  dating: createBootTimeReader(
    () => Date.now(),
    () => performance.now(),
    // the uptime includes suspended time; after a suspension the wall clock is correct without a step
    () => uptime() * 1_000,
  ),
}

/**
 * Maximum drift between wall clock and monotonic clock, in milliseconds, unless the wall clock was set or the machine
 * was suspended.
 */
const TOGETHER_MS = 2

/**
 * Returns a function that computes the machine's start according to the wall clock. Reading the uptime takes a
 * twentieth of the time of a request, so it is read only if the wall clock has moved differently from the monotonic
 * clock, because the clock was set or the machine was suspended.
 */
export function createBootTimeReader(
  now: () => EpochMs,
  monotonic: () => number,
  uptimeMs: () => number,
): Required<Clock>['dating'] {
  let known = { machine: MACHINE, bootedAt: 0 }
  let knownAt = Number.NaN
  return () => {
    const at = now() - monotonic()
    if (Math.abs(at - knownAt) < TOGETHER_MS) return known
    knownAt = at
    known = { machine: MACHINE, bootedAt: Math.round(now() - uptimeMs()) }
    return known
  }
}
