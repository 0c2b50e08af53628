import { sumCoveredMs } from '../time/time-spans.ts'
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

interface EventOnWire {
  startedBetween: readonly [string, string]
  duration: { atLeastSeconds: number; atMostSeconds: number } | null
  notObserved?: readonly { from: string; to: string }[] | undefined
  confirmedAt?: string | null | undefined
}

/**
 * Returns the last time at which polls confirmed that an event was ongoing, and the number of seconds before that time
 * in which no poll observed it.
 */
export function getEventProof({ startedBetween, confirmedAt, notObserved = [] }: EventOnWire): ProvenUntilFields {
  if (!confirmedAt) return {}
  const unseen = notObserved.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }))
  const ms = sumCoveredMs(unseen, Date.parse(startedBetween[1]), Date.parse(confirmedAt))
  return { confirmedAt, notObservedSeconds: ms / 1_000 }
}

/**
 * Returns the bounds of the duration of an event in milliseconds. An ongoing event lasted at least until the last poll
 * that confirmed it.
 */
export function getEventDurationBounds(event: EventOnWire, now: EpochMs): { least: number; most: number } {
  const { duration, startedBetween } = event
  if (duration) return { least: duration.atLeastSeconds * 1_000, most: duration.atMostSeconds * 1_000 }
  const [earliest, latest] = startedBetween
  return {
    least: computeProvenMinDuration(Date.parse(latest), getEventProof(event), now),
    most: Math.max(0, now - Date.parse(earliest)),
  }
}

/**
 * Returns the minimum duration of an ongoing state in milliseconds. Times that no poll observed are subtracted.
 * @param begun latest possible start of the state
 */
export const computeProvenMinDuration = (begun: EpochMs, proven: ProvenUntilFields, now: EpochMs): number =>
  Math.max(0, getProvenUntil(proven, now) - begun - (proven.notObservedSeconds ?? 0) * 1_000)
