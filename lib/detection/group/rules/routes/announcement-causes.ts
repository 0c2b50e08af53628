import { findCustomerPath } from '#lib/bgp/index.ts'
import { type Cause, type EventKind, findDefaultCause } from '#lib/contract/index.ts'
import { isLearnedFromExternalNeighbor, type GatewayRouteTableRow } from '../../../model/route.ts'

/**
 * Returns the fixed cause of an event kind if a customer's router announced all of the external routes. Otherwise the
 * list is empty. If another gateway of Azure or Microsoft announced one of the routes, the reason may be a new
 * connection of another network.
 */
export function getCausesOfRouterAnnouncement(
  kind: EventKind,
  routes: readonly Pick<GatewayRouteTableRow, 'asPath' | 'asPathText' | 'origin'>[],
): Cause[] {
  const stated = findDefaultCause(kind)
  const external = routes.filter(isLearnedFromExternalNeighbor)
  const isCustomers = external.length > 0 && external.every((entry) => findCustomerPath(entry) !== null)
  return stated && isCustomers ? [stated] : []
}
