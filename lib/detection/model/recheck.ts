import type { EpochMs } from '#lib/contract/index.ts'

/**
 * The time at which a group must be evaluated again even without news; null = only with news. A rule that depends on
 * time gives that time; a rule that needs a further sample gives {@link NEXT_POLL}.
 */
export type RecheckAt = EpochMs | null

/** Due with the next poll of the group, at whatever time. */
export const NEXT_POLL: EpochMs = 0

export const nextPollIf = (isNeeded: boolean): RecheckAt => (isNeeded ? NEXT_POLL : null)

/** Returns the earliest of several times; null if there is none. */
export function earliestRecheck(times: readonly RecheckAt[]): RecheckAt {
  const known = times.filter((at) => at !== null)
  return known.length > 0 ? Math.min(...known) : null
}
