import { useQueries } from '@tanstack/react-query'
import { formatSessionSubject } from '#lib/contract/vocabulary.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { createEndpointQuery, useEndpointQuery } from '../data/index.ts'
import type { TimeRangeWindowState } from '../time/use-range-window.ts'
import { listPollGaps, listUnpolledIntervals, parseGapEnd } from './timeline-gaps.ts'
import { buildPrefixesTrack } from './path-tracks.ts'
import { getSessionKey, buildSessionTracks, isEventOfSession } from './session-tracks.ts'
import { buildTimeline } from './build-timeline.ts'
import { useContextTracks } from './use-context-tracks.ts'
import type { PathSessionEnds } from '#lib/routers/api/index.ts'
import {
  placeMarksInOneRow,
  type TimelineMark,
  parseIsoTimeBounds,
  limitMarksToPolledTime,
  type TimelineTrack,
} from '../charts/state-timeline/timeline-tracks.ts'
import { formatCountWithPlural } from '../format/quantity.ts'

/**
 * Returns timeline tracks (rows) with the states that the customer's routers report for a session, for comparison with
 * the states that Azure reports.
 * @param asOf time of the response with these states, ISO 8601
 */
function routerTracks(ends: readonly PathSessionEnds[], asOf: string): TimelineTrack[] {
  return ends.map((one) => {
    const falls = one.history.filter(({ state }) => state === 'down').length
    const unseen = one.notObserved.map(({ from, to }) => ({
      from: Date.parse(from),
      to: parseGapEnd(to, asOf),
      why: 'the router was not observed',
    }))
    return {
      key: `router ${one.peer.id}`,
      name: one.routerName ?? one.routerAddress,
      part: "customer's end",
      href: `/routers/${one.routerId}`,
      description:
        falls === 0 ? 'up whenever it was observed' : formatCountWithPlural(falls, 'time down', 'times down'),
      marks: limitMarksToPolledTime(placeMarksInOneRow(one.history.map(markOf)), unseen),
      rows: 1,
      unseen,
    }
  })
}

function markOf({ state, from, to, reason }: PathSessionEnds['history'][number]): Omit<TimelineMark, 'row'> {
  const isUp = state === 'up'
  return {
    key: `${from[1]}/${state}`,
    ink: isUp ? 'up' : 'down',
    word: isUp ? 'UP' : 'DOWN',
    from: parseIsoTimeBounds(from),
    to: to && parseIsoTimeBounds(to),
    isPoint: false,
    isQuiet: isUp,
    title: isUp ? 'established at the router' : (reason?.words ?? 'down at the router'),
  }
}

/**
 * Loads the timeline of a session: its states, the states that the customer's routers report, its prefix counts, the
 * states of the other sessions on the same path, and events and configuration.
 */
export function useSessionTimeline(
  session: BgpSession,
  partners: readonly BgpSession[],
  { range, window, now }: TimeRangeWindowState,
) {
  const { scope, peering, path } = session
  const bounds = { from: range.from, to: range.to }
  const context = useContextTracks([scope], range, window, (event) => isEventOfSession(event, session))
  const shown = new Map([session, ...partners].map((one) => [getSessionKey(one), one]))
  const scopes = [...new Set([...shown.values()].map((one) => one.scope))]
  const histories = useQueries({
    queries: scopes.map((id) => createEndpointQuery('sessions/history', { scope: id, ...bounds })),
  })
  const counts = useEndpointQuery('sessions/prefixes', { scope, ...bounds })
  const uncovered = listUnpolledIntervals(...histories.map(({ data }) => data))
  const states = buildSessionTracks(
    histories.flatMap(({ data }) => data?.data ?? []).filter((interval) => shown.has(getSessionKey(interval))),
    uncovered,
    (ends) => ({
      name:
        getSessionKey(ends) === getSessionKey(session)
          ? 'This session'
          : (shown.get(getSessionKey(ends))?.scopeName ?? ''),
      part: formatSessionSubject(ends).replace('~', ' ↔ '),
    }),
  )
  const onPath = { circuitId: path === null ? session.mapping?.circuitId : scope, path: path ?? session.mapping?.path }
  const routers = useQueries({
    queries: (onPath.circuitId ? [onPath.circuitId] : []).map((id) =>
      createEndpointQuery('circuits/{id}/routers', { id, ...bounds }),
    ),
  })
  const onSamePath = routers
    .flatMap(({ data }) => data?.data ?? [])
    .filter((one) => one.path === onPath.path && one.peering === (peering ?? 'private'))
  const customers = routerTracks(onSamePath, routers[0]?.data?.asOf ?? '')
  const isThis = ({ name }: { name: string }) => name === 'This session'
  const own = (counts.data?.data ?? []).filter((one) => formatSessionSubject(one) === formatSessionSubject(session))
  const prefixes = buildPrefixesTrack(
    own,
    { key: 'prefixes', name: 'Prefixes received', part: '' },
    listPollGaps(uncovered, { scope, peering, path, kinds: path === null ? ['peers'] : ['summary'] }),
    now,
  )
  return buildTimeline(
    [...context.tracks, ...states.filter(isThis), ...customers, prefixes, ...states.filter((track) => !isThis(track))],
    [...context.queries, ...histories, ...routers, counts],
    onSamePath.reduce((sum, { notObservedOmitted = 0 }) => sum + notObservedOmitted, 0),
  )
}
