import { isSessionStateDown } from '#lib/bgp/index.ts'
import { parsePathSubject, parseSessionSubject } from '#lib/contract/events/subject.ts'
import { parsePeeringType } from '#lib/contract/poll.ts'
import type { BgpSession, SessionInterval } from '#lib/sessions/api/index.ts'
import { formatSessionSubject } from '#lib/contract/vocabulary.ts'
import { formatAzureState } from '#lib/contract/words/index.ts'
import {
  placeMarksInOneRow,
  type TimelineMark,
  parseIsoTimeBounds,
  limitMarksToPolledTime,
  type TimelineTrack,
} from '../charts/state-timeline/timeline-tracks.ts'
import { compareNaturally } from '../format/natural-order.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { buildSessionHref } from '../format/session-address.ts'
import { listPollGaps, type UnpolledIntervalOfResponse } from './timeline-gaps.ts'

type Ends = Pick<SessionInterval, 'scope' | 'localAddress' | 'neighbor' | 'path'>

/** Name of a session's track: the resource (`name`), and the session itself (`part`). */
interface SessionNames {
  name: string
  part: string
}

/**
 * Returns one timeline track (row) for each session: a thin line while it is established, a bar of full height while it
 * is not, hatched if Azure reports neither. Two adjacent established intervals mean that the session restarted between
 * two polls; this gets a mark.
 */
export function buildSessionTracks(
  intervals: readonly SessionInterval[],
  uncovered: readonly UnpolledIntervalOfResponse[],
  namesOf: (ends: Ends) => SessionNames,
): TimelineTrack[] {
  const bySession = Map.groupBy(intervals, ({ scope, localAddress, neighbor }) =>
    [scope, localAddress, neighbor].join(' '),
  )
  return [...bySession]
    .toSorted(([a], [b]) => compareNaturally(a, b))
    .flatMap(([key, own]) => {
      const [first] = own
      if (!first) return []
      const seen = own.filter(({ known }) => known !== 'unknown')
      const restarts = restartsOf(seen)
      const losses = seen.filter(({ state }) => isSessionStateDown(state)).length
      const unseen = listPollGaps(uncovered, { ...first, kinds: first.path === null ? ['peers'] : ['summary'] })
      const marks = limitMarksToPolledTime(placeMarksInOneRow([...seen.map(markOf), ...restarts]), unseen)
      return [
        {
          key,
          ...namesOf(first),
          href: buildSessionHref(first),
          description: formatLoss(losses, restarts.length),
          marks,
          rows: 1,
          unseen,
        },
      ]
    })
}

const formatLoss = (losses: number, restarts: number): string =>
  losses + restarts === 0
    ? 'established throughout the covered time'
    : `not established ${losses}×, ${formatCountWithPlural(restarts, 'restart')} between polls`

/**
 * Returns a mark for each restart of a session between two polls. Such a restart shows as two consecutive intervals in
 * which the session is established, without an interval between them.
 */
function restartsOf(seen: readonly SessionInterval[]): Omit<TimelineMark, 'row'>[] {
  const ends = new Set(seen.flatMap(({ state, to }) => (state === 'established' && to ? to[1] : [])))
  return seen
    .filter(({ state, from }) => state === 'established' && ends.has(from[1]))
    .map(({ from }) => ({
      key: `restart ${from[1]}`,
      ink: 'down',
      word: 'RESTARTED',
      from: parseIsoTimeBounds(from),
      to: null,
      isPoint: true,
      title: 'restarted between two polls',
    }))
}

function markOf({ state, azureState, from, to }: SessionInterval): Omit<TimelineMark, 'row'> {
  const isUp = state === 'established'
  const word = (azureState ?? state).toUpperCase()
  return {
    key: `${from[1]}/${state}`,
    ink: isUp ? 'up' : isSessionStateDown(state) ? 'down' : 'unknown',
    word: isUp ? 'UP' : isSessionStateDown(state) ? `DOWN (${word})` : 'UNKNOWN',
    from: parseIsoTimeBounds(from),
    to: to && parseIsoTimeBounds(to),
    isPoint: false,
    isQuiet: isUp,
    title: isUp
      ? 'established'
      : `${isSessionStateDown(state) ? 'not established' : 'not known'}: Azure state ${azureState === null ? state : formatAzureState(azureState)}`,
  }
}

/** Returns a key of a session that is unique among the sessions of all resources. */
export const getSessionKey = (session: Pick<BgpSession, 'scope' | 'localAddress' | 'neighbor'>) =>
  `${session.scope} ${formatSessionSubject(session)}`

const ADDRESS = /^[\da-f]*[.:][\da-f.:]*$/i

/**
 * Reports whether an event concerns a session. The event may be about the session itself, its neighbor or gateway
 * instance, its path or peering, or its whole resource. Events about other sessions or about single prefixes do not
 * concern it. If the subject of an event contains no address, path or peering, the event is about the whole resource.
 */
export function isEventOfSession(
  { subject }: { subject: string },
  { localAddress, neighbor, peering, path }: Pick<BgpSession, 'localAddress' | 'neighbor' | 'peering' | 'path'>,
): boolean {
  const ends = parseSessionSubject(subject)
  if (ends) return ends.localAddress === localAddress && ends.neighbor === neighbor
  const addresses = subject.split(/[\s,>/]+/).filter((word) => ADDRESS.test(word))
  if (addresses.length > 0) return addresses.some((one) => one === localAddress || one === neighbor)
  const part = parsePathSubject(subject)
  const type = parsePeeringType(part.peering)
  return (type === null || type === peering) && (part.path === null || part.path === path)
}
