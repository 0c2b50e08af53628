import type { SessionAvailability } from '#lib/sessions/api/index.ts'
import { formatSessionSubject } from '#lib/contract/vocabulary.ts'
import { type SecondsByUptimeState, computeAvailabilityBounds } from '#lib/contract/up-share.ts'
import { useEndpointQuery } from '../data/index.ts'
import { formatDuration } from '#lib/contract/words/durations.ts'
import { formatShareBounds } from '../format/quantity.ts'
import type { TimeRange } from '../time/time-range.ts'

type Availability = Pick<SessionAvailability, 'from' | 'to' | 'up' | 'unknownSeconds'>

/**
 * Returns a function that returns the availability of given sessions in a time range. The result is empty until the
 * data is loaded.
 */
export function useSessionAvailability(
  scope: string,
  { from, to }: TimeRange,
): (subjects: readonly string[]) => SessionAvailability[] {
  const data = useEndpointQuery('sessions/availability', { scope, from, to }).data?.data ?? []
  return (subjects) => data.filter((one) => subjects.includes(formatSessionSubject(one)))
}

/**
 * Formats the share of polled time in which sessions were up, and the unpolled time:
 * `99.23 to 99.68 % up, not polled 3 h 12 min`. If there are several sessions (one for each gateway instance), the
 * lowest share is formatted.
 */
export function formatSessionsUpShare(sessions: readonly Availability[]): string {
  const shares = sessions.flatMap((one) => computeAvailabilityBounds(dividedTime(one)) ?? [])
  const [worst] = shares.toSorted((a, b) => a.atLeast - b.atLeast)
  if (worst === undefined) return ''
  const words = worst.atMost === 0 ? 'never up' : `${formatShareBounds(worst.atLeast, worst.atMost)} up`
  const unpolled = Math.max(...sessions.map(({ unknownSeconds }) => unknownSeconds))
  return unpolled < 1 ? words : `${words}, not polled ${formatDuration(unpolled * 1_000, 'round')}`
}

/** Converts an availability from the API to the form that {@link computeAvailabilityBounds} expects. */
const dividedTime = ({ from, to, up, unknownSeconds }: Availability): SecondsByUptimeState => ({
  seconds: (Date.parse(to) - Date.parse(from)) / 1_000,
  upSeconds: { atLeast: up.atLeastSeconds, atMost: up.atMostSeconds },
  unknownSeconds,
})
