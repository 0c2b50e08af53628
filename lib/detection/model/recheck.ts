import type { EpochMs } from '#lib/contract/index.ts'

/**
 * The time from which the next poll of a group must be evaluated even if it shows no change; null = only polls with
 * changes are evaluated. {@link RECHECK_AT_NEXT_POLL} means the next poll, whenever it is.
 */
export type DetectionRecheckTime = EpochMs | null

/** Recheck time that always counts as reached, so that the next poll is evaluated. */
export const RECHECK_AT_NEXT_POLL: EpochMs = 0

export const getRecheckTimeIfNeeded = (isNeeded: boolean): DetectionRecheckTime =>
  isNeeded ? RECHECK_AT_NEXT_POLL : null

/** Returns the earliest of several recheck times; null if all of them are null. */
export function findEarliestRecheck(times: readonly DetectionRecheckTime[]): DetectionRecheckTime {
  const known = times.filter((at) => at !== null)
  return known.length > 0 ? Math.min(...known) : null
}
