import type { EpochMs } from '#lib/contract/index.ts'
import type { ClosedInterval, OpenInterval } from '#lib/history/record/interval.ts'
import { startRouterInterval, computeStateChangeBounds, endRouterInterval } from './router-interval.ts'

export interface RouterRouteState {
  /** Id of the route's attributes; null = the route does not exist currently. */
  attributesId: number | null
  open: OpenInterval | null
  seenAt: EpochMs
}

export interface PastRouterRoute {
  attributesId: number
  past: ClosedInterval
  ended: 'withdrawn' | 'replaced'
}

interface RouterRouteReport {
  at: EpochMs
  notBefore: EpochMs | null
  /** Id of the attributes in the report; null = the report withdraws the route. */
  attributesId: number | null
}

/**
 * Returns the state of a route after a report, and the state that ended, if any. If the report contains no change, only
 * `seenAt` is updated.
 * @param after earliest time of the change, because the session began or the router was observed again at that time;
 *   null = unknown
 */
export function advanceRouterRoute(
  current: RouterRouteState,
  report: RouterRouteReport,
  after: EpochMs | null,
): { next: RouterRouteState; past: PastRouterRoute | null } {
  const { attributesId, at } = report
  if (attributesId === current.attributesId) return { next: { ...current, seenAt: at }, past: null }
  const bounds = computeStateChangeBounds(report, current.open, after)
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
