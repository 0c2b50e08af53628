import type { Bounds, RouteChange } from '#lib/contract/index.ts'

/** A session event that moves routes: it fell, it came up, it was restarted. */
export interface SessionMoment {
  /** the gateway instance; in a circuit's path table the MSEE */
  localAddress: string
  neighbor: string
  /** when it happened */
  at: Bounds
}

/** Whether a route hangs on this session. A route without instance or peer (a path table's) hangs on any of its source. */
export function problems(session: SessionMoment, { instance, peer }: Pick<RouteChange, 'instance' | 'peer'>): boolean {
  return (instance === null || instance === session.localAddress) && (peer === null || peer === session.neighbor)
}
