import type { Bounds, RouteChange } from '#lib/contract/index.ts'

/** A session event that changes routes, because the session went down, came up or restarted. */
export interface SessionMoment {
  /** address of the gateway instance, or of the MSEE for a session of a circuit */
  localAddress: string
  neighbor: string
  at: Bounds
}

/**
 * Reports whether a route depends on this session. A route without instance or peer (in a path table) depends on every
 * session of its source.
 */
export function dependsOnSession(
  session: SessionMoment,
  { instance, peer }: Pick<RouteChange, 'instance' | 'peer'>,
): boolean {
  return (instance === null || instance === session.localAddress) && (peer === null || peer === session.neighbor)
}
