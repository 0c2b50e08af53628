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

/** One name for all processes of a machine from one boot to the next; without a boot id, of this process. */
const MACHINE = `${hostname()} ${bootName()}`

function bootName(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return randomUUID()
  }
}

/**
 * Milliseconds from an origin that all threads of a process share, where each has its own of `performance.now()`; never going
 * backwards, and nobody sets it.
 */
export const steadyMs = (): number => Number(process.hrtime.bigint()) / 1e6

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  dating: datingBy(
    () => Date.now(),
    () => performance.now(),
    // includes suspended time, after which the wall clock is right without a step
    () => uptime() * 1_000,
  ),
}

/** Wall and monotonic clock drift apart by less, where nobody sets the one and nothing suspends the other. */
const TOGETHER_MS = 2

/**
 * When the machine started, by the wall clock. Asking the system how long it runs takes a twentieth of what a request does, so that it is
 * asked only when the wall clock has gone otherwise than the monotonic one: it was set, or the machine slept.
 */
export function datingBy(
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
