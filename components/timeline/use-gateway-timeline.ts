'use client'

import type { Gateway } from '#lib/gateways/api/index.ts'
import type { Session } from '#lib/sessions/api/index.ts'
import { sessionSubject } from '#lib/contract/vocabulary.ts'
import { sessionRoleNames } from '#lib/gateways/api/state-words.ts'
import { useEndpoint } from '../data/index.ts'
import type { RangeWindow } from '../time/use-range-window.ts'
import { changeScopes } from '../changes/change-scopes.ts'
import { sessionTracks } from './session-tracks.ts'
import { timelineOf } from './timeline-of.ts'
import { useContextTracks } from './use-context-tracks.ts'

/** The history of a gateway: one track for each session except between its own instances; events and configuration above. */
export function useGatewayTimeline(gateway: Gateway, sessions: readonly Session[], { range, window }: RangeWindow) {
  const context = useContextTracks(changeScopes(gateway), range, window)
  const history = useEndpoint('sessions/history', { scope: gateway.id, from: range.from, to: range.to })
  const known = new Map(sessions.map((session) => [sessionSubject(session), session]))
  const tracks = sessionTracks(
    (history.data?.data ?? []).filter((interval) => known.get(sessionSubject(interval))?.role !== 'gateway-peer'),
    history.data?.uncovered ?? [],
    (ends) => {
      const session = known.get(sessionSubject(ends))
      return { name: `${ends.localAddress} ↔ ${ends.neighbor}`, part: session ? sessionRoleNames[session.role] : '' }
    },
  )
  return timelineOf([...context.tracks, ...tracks], [...context.queries, history])
}
