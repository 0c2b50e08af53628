'use client'

import { useQueries } from '@tanstack/react-query'
import { sessionSubject } from '#lib/contract/vocabulary.ts'
import type { Session } from '#lib/sessions/api/index.ts'
import { endpointQuery, useEndpoint } from '../data/index.ts'
import { routerTracks } from './router-tracks.ts'
import type { RangeWindow } from '../time/use-range-window.ts'
import { gapsOf } from './gaps.ts'
import { prefixesTrack } from './path-tracks.ts'
import { sessionTracks } from './session-tracks.ts'
import { timelineOf } from './timeline-of.ts'
import { useContextTracks } from './use-context-tracks.ts'

/** The history of a session: its states, those of the sessions in series with it, and its prefix counts. */
export function useSessionTimeline(
  session: Session,
  partners: readonly Session[],
  { range, window, now }: RangeWindow,
) {
  const { scope, peering, path } = session
  const bounds = { from: range.from, to: range.to }
  const context = useContextTracks([scope], range, window)
  const shown = new Map([session, ...partners].map((one) => [keyOf(one), one]))
  const scopes = [...new Set([...shown.values()].map((one) => one.scope))]
  const histories = useQueries({
    queries: scopes.map((id) => endpointQuery('sessions/history', { scope: id, ...bounds })),
  })
  const counts = useEndpoint('sessions/prefixes', { scope, ...bounds })
  const uncovered = histories.flatMap(({ data }) => data?.uncovered ?? [])
  const states = sessionTracks(
    histories.flatMap(({ data }) => data?.data ?? []).filter((interval) => shown.has(keyOf(interval))),
    uncovered,
    (ends) => ({
      name: keyOf(ends) === keyOf(session) ? 'This session' : (shown.get(keyOf(ends))?.scopeName ?? ''),
      part: sessionSubject(ends).replace('~', ' ↔ '),
    }),
  )
  const onPath = { circuitId: path === null ? session.mapping?.circuitId : scope, path: path ?? session.mapping?.path }
  const routers = useQueries({
    queries: (onPath.circuitId ? [onPath.circuitId] : []).map((id) =>
      endpointQuery('circuits/{id}/routers', { id, ...bounds }),
    ),
  })
  const onSamePath = routers
    .flatMap(({ data }) => data?.data ?? [])
    .filter((one) => one.path === onPath.path && one.peering === (peering ?? 'private'))
  const customers = routerTracks(onSamePath)
  const isThis = ({ name }: { name: string }) => name === 'This session'
  const own = (counts.data?.data ?? []).filter((one) => sessionSubject(one) === sessionSubject(session))
  const prefixes = prefixesTrack(
    own,
    { key: 'prefixes', name: 'Prefixes received', part: '' },
    gapsOf(uncovered, { scope, peering, path, kinds: path === null ? ['peers'] : ['summary'] }),
    now,
  )
  return timelineOf(
    [...context.tracks, ...states.filter(isThis), ...customers, prefixes, ...states.filter((track) => !isThis(track))],
    [...context.queries, ...histories, ...routers, counts],
    onSamePath.reduce((sum, { notObservedOmitted = 0 }) => sum + notObservedOmitted, 0),
  )
}

const keyOf = (session: Pick<Session, 'scope' | 'localAddress' | 'neighbor'>) =>
  `${session.scope} ${sessionSubject(session)}`
