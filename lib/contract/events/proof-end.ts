import type { EpochMs } from '../time/time.ts'

/**
 * Fields of an API response that tell up to when polls prove an ongoing state. If all of them are absent, polls prove
 * the state up to the present.
 */
export interface ProvenUntilFields {
  confirmedAt?: string | null
  unverifiedSince?: string | null
  unconfirmedSince?: string | null
  notObservedSeconds?: number
}

/**
 * Returns the time up to which polls prove an ongoing state: the first of `confirmedAt`, `unverifiedSince` and
 * `unconfirmedSince` that is set, but at most `now`. If none is set, it is `now`.
 */
export const getProvenUntil = (
  { confirmedAt, unverifiedSince, unconfirmedSince }: ProvenUntilFields,
  now: EpochMs,
): EpochMs => {
  const at = confirmedAt ?? unverifiedSince ?? unconfirmedSince
  return at ? Math.min(now, Date.parse(at)) : now
}

/**
 * Returns the minimum duration of an ongoing state in milliseconds. Times that no poll observed are subtracted.
 * @param begun latest possible start of the state
 */
export const computeProvenMinDuration = (begun: EpochMs, proven: ProvenUntilFields, now: EpochMs): number =>
  Math.max(0, getProvenUntil(proven, now) - begun - (proven.notObservedSeconds ?? 0) * 1_000)
