import type { EpochMs } from '#lib/contract/index.ts'
import type { Closed, Open } from '#lib/history/record/interval.ts'
import { startRouterInterval, boundsOfChange, endRouterInterval } from './router-interval.ts'

export interface RouterRouteState {
  /** ID of the route's attributes; null = the route is absent */
  attributesId: number | null
  open: Open | null
  seenAt: EpochMs
}

export interface PastRouterRoute {
  attributesId: number
  past: Closed
  ended: 'withdrawn' | 'replaced'
}

interface RouterRouteReport {
  at: EpochMs
  notBefore: EpochMs | null
  /** ID of the reported attributes; null = the route was withdrawn */
  attributesId: number | null
}

/**
 * Applies a report to the state of a route. A report with the current attributes, or a withdrawal of an absent route,
 * only updates `seenAt`.
 * @param after lower bound of the time of the change, because the session came up or the router was observed then; null
 *   = unknown
 */
export function advanceRouterRoute(
  current: RouterRouteState,
  report: RouterRouteReport,
  after: EpochMs | null,
): { next: RouterRouteState; past: PastRouterRoute | null } {
  const { attributesId, at } = report
  if (attributesId === current.attributesId) return { next: { ...current, seenAt: at }, past: null }
  const bounds = boundsOfChange(report, current.open, after)
  const open = attributesId === null ? null : startRouterInterval(bounds)
  const isReplaced = attributesId !== null
  const past: PastRouterRoute | null =
    current.attributesId === null || current.open === null
      ? null
      : {
          attributesId: current.attributesId,
          past: endRouterInterval(current.open, bounds),
          ended: isReplaced ? 'replaced' : 'withdrawn',
        }
  return { next: { attributesId, open, seenAt: at }, past }
}
