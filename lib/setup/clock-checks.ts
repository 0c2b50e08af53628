import { type SetupCheckId, type SetupResult, createSetupResult } from '#lib/contract/words/setup-checks.ts'

/**
 * A reading of another clock (`theirs`), with this machine's clock before (`sentAt`) and after it (`receivedAt`), in
 * epoch milliseconds.
 */
export interface ExternalClockReading {
  sentAt: number
  receivedAt: number
  theirs: number
  /**
   * resolution of the other clock in milliseconds. A Date header has 1,000, because it contains whole seconds, rounded
   * down
   */
  resolutionMs: number
}

/**
 * Minimum and maximum time in milliseconds by which another clock is ahead of this machine's clock; negative = behind.
 */
interface Ahead {
  atLeastMs: number
  atMostMs: number
}

/**
 * Returns by how much another clock is ahead of this machine's clock. It is a range, because the other clock was read
 * at an unknown time between request and response.
 */
export function computeClockDifference({ sentAt, receivedAt, theirs, resolutionMs }: ExternalClockReading): Ahead {
  return { atLeastMs: theirs - receivedAt, atMostMs: theirs + resolutionMs - sentAt }
}

/**
 * Minimum differences between two clocks, in milliseconds, at which the check warns or fails. They are compared with
 * the lower end of the measured range.
 */
interface ClockLimits {
  warnMs: number
  failMs: number
  /** sentence about the effect of a difference, for the advice of the check */
  consequence: string
}

/**
 * Limits for the difference from Azure's clock. Microsoft Entra ID and Azure accept tokens up to a difference of 5 min.
 * The failure begins at half of that, because a clock may continue to drift.
 */
export const AZURE_CLOCK: ClockLimits = {
  warnMs: 5_000,
  failMs: 150_000,
  consequence: 'Azure refuses tokens at a difference of 5 min, and times from Azure do not match those of polls.',
}

/**
 * Limits for the difference from the database's clock. The worker dates samples and the database computes their ages,
 * so if the clocks differ by a poll interval, polls look late although they were on time.
 */
export const DATABASE_CLOCK: ClockLimits = {
  warnMs: 1_000,
  failMs: 60_000,
  consequence: 'Polls are shown as late, or newer than now.',
}

/**
 * Checks the difference between another clock and this machine's clock.
 * @param reading null = the other clock could not be read
 */
export function checkClockDifference(
  id: SetupCheckId,
  reading: ExternalClockReading | null,
  limits: ClockLimits,
): SetupResult {
  if (reading === null) return createSetupResult(id, 'skip', 'The other clock could not be read.')
  const ahead = computeClockDifference(reading)
  const certain = Math.max(ahead.atLeastMs, -ahead.atMostMs, 0)
  const state = certain >= limits.failMs ? 'fail' : certain >= limits.warnMs ? 'warn' : 'pass'
  const remedy =
    state === 'pass' ? null : `${limits.consequence} Synchronise this machine’s clock (NTP), or the other one’s.`
  return createSetupResult(id, state, formatClockDifference(ahead), { remedy })
}

/** Formats a range of differences, for example "Ahead of this machine’s by at least 1.2 s, at most 1.4 s." */
export function formatClockDifference({ atLeastMs, atMostMs }: Ahead): string {
  if (atLeastMs <= 0 && atMostMs >= 0) {
    return `Agrees with this machine’s within ${seconds(Math.max(-atLeastMs, atMostMs))}.`
  }
  const [least, most] = atLeastMs > 0 ? [atLeastMs, atMostMs] : [-atMostMs, -atLeastMs]
  const side = atLeastMs > 0 ? 'Ahead of' : 'Behind'
  return `${side} this machine’s by at least ${seconds(least)}, at most ${seconds(most)}.`
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`
