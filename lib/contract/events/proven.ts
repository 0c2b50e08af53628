import type { EpochMs } from '../time/time.ts'

/** Fields of an API response that tell up to when polls prove a state; absent = no statement. */
export interface Proven {
  confirmedAt?: string | null
  unverifiedSince?: string | null
  unconfirmedSince?: string | null
  notObservedSeconds?: number
}

/**
 * Returns the time up to which polls prove an ongoing state: from the polls that show it, otherwise from the last
 * confirmation of the state, otherwise `now`.
 */
export const findProofEnd = ({ confirmedAt, unverifiedSince, unconfirmedSince }: Proven, now: EpochMs): EpochMs => {
  const at = confirmedAt ?? unverifiedSince ?? unconfirmedSince
  return at ? Math.min(now, Date.parse(at)) : now
}

/**
 * Returns the minimum duration of an ongoing state in milliseconds, without times that no poll observed.
 * @param begun latest possible start
 */
export const computeMinDuration = (begun: EpochMs, proven: Proven, now: EpochMs): number =>
  Math.max(0, findProofEnd(proven, now) - begun - (proven.notObservedSeconds ?? 0) * 1_000)
