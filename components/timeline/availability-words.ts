import type { SessionAvailability } from '#lib/sessions/api/index.ts'
import { sessionSubject } from '#lib/contract/vocabulary.ts'
import { type DividedTime, upShare } from '#lib/contract/up-share.ts'
import { useEndpoint } from '../data/index.ts'
import { formatShareBounds } from '../format/quantity.ts'
import type { TimeRange } from '../time/range.ts'

type Availability = Pick<SessionAvailability, 'from' | 'to' | 'up' | 'unknownSeconds'>

/** The availability of sessions in a range; none until it is read. */
export function useSessionsUp(
  scope: string,
  { from, to }: TimeRange,
): (subjects: readonly string[]) => SessionAvailability[] {
  const data = useEndpoint('sessions/availability', { scope, from, to }).data?.data ?? []
  return (subjects) => data.filter((one) => subjects.includes(sessionSubject(one)))
}

/** How much of a time sessions were up, gaps excluded: `99.23 to 99.68 % up`. Of several the least: a neighbor is reached by each instance. */
export function sessionsUpWords(sessions: readonly Availability[]): string {
  const shares = sessions.flatMap((one) => upShare(dividedTime(one)) ?? [])
  const [worst] = shares.toSorted((a, b) => a.atLeast - b.atLeast)
  if (worst === undefined) return ''
  return worst.atMost === 0 ? 'never up' : `${formatShareBounds(worst.atLeast, worst.atMost)} up`
}

/** As every share of uptime divides a time. */
const dividedTime = ({ from, to, up, unknownSeconds }: Availability): DividedTime => ({
  seconds: (Date.parse(to) - Date.parse(from)) / 1_000,
  upSeconds: { atLeast: up.atLeastSeconds, atMost: up.atMostSeconds },
  unknownSeconds,
})
