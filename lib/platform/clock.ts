import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname, uptime } from 'node:os'

/** Milliseconds since 1970-01-01T00:00:00Z, by the wall clock. */
export type EpochMs = number

/**
 * Source of time. `now` (wall clock) dates events. `monotonic` measures durations, because the wall clock may be set
 * during a measurement.
 */
export type Clock = {
  /** Time of the wall clock in epoch milliseconds (UTC). */
  now(): EpochMs
  /** Milliseconds from an arbitrary origin; never goes backwards. */
  monotonic(): number
  /**
   * Returns the name of the machine whose wall clock is used, and the time at which the machine started according to
   * that clock. Absent = the clock is never set, for example in tests.
   */
  dating?(): { machine: string; bootedAt: EpochMs }
}

/**
 * Name of this machine since its last boot. All processes of the machine have the same name. If the system has no boot
 * id, each process has a different name.
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
export const getSteadyMs = (): number => Number(process.hrtime.bigint()) / 1e6

export const machineClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  dating: createBootTimeReader(
    () => Date.now(),
    () => performance.now(),
    // the uptime also counts suspended time, so a suspension is not mistaken for a change of the wall clock
    () => uptime() * 1_000,
  ),
}

/**
 * Maximum difference in milliseconds between the progress of the wall clock and the monotonic clock that counts as
 * normal drift. A larger difference means that the wall clock was set or the machine was suspended.
 */
const TOGETHER_MS = 2

/**
 * Returns a function that computes the time at which the machine started, according to its wall clock. Reading the
 * uptime is slow: it takes a twentieth of the duration of a request. Therefore the function reads it again only if the
 * wall clock and the monotonic clock differ, that is, the wall clock was set or the machine was suspended.
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
