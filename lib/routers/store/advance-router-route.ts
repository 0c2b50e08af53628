import type { EpochMs } from '#lib/contract/index.ts'
import type { Closed, Open } from '#lib/history/record/interval.ts'
import { begunBy, boundsOfChange, endedRouterInterval } from './router-interval.ts'

export interface RouterRouteState {
  /** null = absent */
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
  /** null = withdrawn */
  attributesId: number | null
}

/**
 * What a report makes of a route. The same attributes again change nothing; a withdrawal of what is absent neither.
 * @param after a moment that it came after: its session came up, or the router was observed; null = none is known
 */
export function advanceRouterRoute(
  current: RouterRouteState,
  report: RouterRouteReport,
  after: EpochMs | null,
): { next: RouterRouteState; past: PastRouterRoute | null } {
  const { attributesId, at } = report
  if (attributesId === current.attributesId) return { next: { ...current, seenAt: at }, past: null }
  const bounds = boundsOfChange(report, current.open, after)
  const open = attributesId === null ? null : begunBy(bounds)
  const isReplaced = attributesId !== null
  const past: PastRouterRoute | null =
    current.attributesId === null || current.open === null
      ? null
      : {
          attributesId: current.attributesId,
          past: endedRouterInterval(current.open, bounds),
          ended: isReplaced ? 'replaced' : 'withdrawn',
        }
  return { next: { attributesId, open, seenAt: at }, past }
}
