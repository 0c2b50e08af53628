import type { TimestampBounds, RouteChange } from '#lib/contract/index.ts'

/** A session event that changes routes: the session went down, came up or restarted. */
export interface SessionChangeEvent {
  /** address of the gateway instance; for a session of a circuit, address of the MSEE */
  localAddress: string
  neighbor: string
  at: TimestampBounds
}

/**
 * Reports whether a session event can affect a route. If the route has no instance or peer, it is in the table of a
 * circuit path, and every session of the same source can affect it.
 */
export function canSessionAffectRoute(
  session: SessionChangeEvent,
  { instance, peer }: Pick<RouteChange, 'instance' | 'peer'>,
): boolean {
  return (instance === null || instance === session.localAddress) && (peer === null || peer === session.neighbor)
}
