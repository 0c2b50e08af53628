import { findCustomerPath } from '#lib/bgp/index.ts'
import { type Cause, type EventKind, findDefaultCause } from '#lib/contract/index.ts'
import { isLearnedFromExternalNeighbor, type RouteEntry } from '../../../model/route.ts'

/**
 * Returns the fixed cause of an event kind if a customer's router announced all of the external routes. Otherwise
 * returns an empty list: if another gateway of Azure or Microsoft announced one of them, a new connection of another
 * network may be the reason.
 */
export function getCausesOfRouterAnnouncement(
  kind: EventKind,
  routes: readonly Pick<RouteEntry, 'asPath' | 'asPathText' | 'origin'>[],
): Cause[] {
  const stated = findDefaultCause(kind)
  const external = routes.filter(isLearnedFromExternalNeighbor)
  const isCustomers = external.length > 0 && external.every((entry) => findCustomerPath(entry) !== null)
  return stated && isCustomers ? [stated] : []
}
