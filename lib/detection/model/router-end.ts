import type { Bounds, CircuitPath, EpochMs, PeeringType, RouterDownReason } from '#lib/contract/index.ts'

/** What a customer's router reports of its end of a session. */
export interface RouterSpan {
  state: 'up' | 'down'
  /** of one that is down: why */
  reason: RouterDownReason | null
  from: Bounds
  /** null = it is so, or was when it was observed last */
  to: Bounds | null
}

/** The customer's end of a path's session, as a router reports that is joined with it. Plain data. */
export interface RouterEnd {
  /** scope of the circuit */
  circuit: string
  peering: PeeringType
  path: CircuitPath
  /** the router's address in the session: the neighbor of the edge router */
  customer: string
  /** the router, as people call it */
  router: string
  holdTimeSeconds: number | null
  /** of the recent past, oldest first; the last one may have begun long ago */
  spans: readonly RouterSpan[]
  /** when the router was observed, oldest first, without overlaps; what lies between is not known */
  observed: readonly { from: EpochMs; to: EpochMs }[]
}
