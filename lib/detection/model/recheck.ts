import type { EpochMs } from '#lib/contract/index.ts'

/**
 * When a group must be folded again although no poll says anything new; null = only when one does. A rule that acts at a known moment
 * gives that moment; one that needs a further sample gives {@link NEXT_POLL}.
 */
export type RecheckAt = EpochMs | null

/** Due with the next poll of the group, whatever its clock says. */
export const NEXT_POLL: EpochMs = 0

export const nextPollIf = (isNeeded: boolean): RecheckAt => (isNeeded ? NEXT_POLL : null)

/** The earliest of several moments. */
export function earliestRecheck(times: readonly RecheckAt[]): RecheckAt {
  const known = times.filter((at) => at !== null)
  return known.length > 0 ? Math.min(...known) : null
}
