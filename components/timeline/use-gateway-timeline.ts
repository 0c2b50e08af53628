'use client'

import type { Gateway, Session } from '#lib/contract/index.ts'
import { useSessionHistory } from '../data/index.ts'
import { endsOf } from '../format/session-address.ts'
import type { RangeWindow } from '../time/use-range-window.ts'
import { roleWords } from '../ui/words.ts'
import { sessionLanes } from './session-lanes.ts'
import { timelineOf } from './timeline-of.ts'
import { useContextLanes } from './use-context-lanes.ts'

/** The past of a gateway: one lane a session, those among its own instances left out; events and configuration above them. */
export function useGatewayTimeline(gateway: Gateway, sessions: readonly Session[], { range, window }: RangeWindow) {
  const context = useContextLanes(
    [gateway.id, ...gateway.connections.map((connection) => connection.id)],
    range,
    window,
  )
  const history = useSessionHistory({ scope: gateway.id, from: range.from, to: range.to })
  const known = new Map(sessions.map((session) => [endsOf(session), session]))
  const lanes = sessionLanes(
    (history.data?.data ?? []).filter((stretch) => known.get(endsOf(stretch))?.role !== 'gateway-peer'),
    history.data?.uncovered ?? [],
    (ends) => {
      const session = known.get(endsOf(ends))
      return { name: `${ends.localAddress} ↔ ${ends.neighbor}`, part: session ? roleWords(session.role) : '' }
    },
  )
  return timelineOf([...context.lanes, ...lanes], [...context.queries, history])
}
