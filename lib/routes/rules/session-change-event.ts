import type { Bounds, RouteChange } from '#lib/contract/index.ts'

/** A session event that changes routes: the session went down, came up or restarted. */
export interface SessionChangeEvent {
  /** address of the gateway instance; for a session of a circuit, address of the MSEE */
  localAddress: string
  neighbor: string
  at: Bounds
}

/**
 * Reports whether a session event can affect a route. A route without instance or peer (in the table of a circuit path)
 * is affected by every session of its source.
 */
export function canSessionAffectRoute(
  session: SessionChangeEvent,
  { instance, peer }: Pick<RouteChange, 'instance' | 'peer'>,
): boolean {
  return (instance === null || instance === session.localAddress) && (peer === null || peer === session.neighbor)
}
