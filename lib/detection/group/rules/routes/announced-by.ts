import { findCustomerPath } from '#lib/bgp/index.ts'
import { type Cause, type EventKind, statedCause } from '#lib/contract/index.ts'
import { isExternal, type RouteEntry } from '../../../model/route.ts'

/**
 * Returns the cause that an event kind states for routes announced by a customer's router. Returns an empty list if one
 * of the routes comes from another gateway of Azure or from Microsoft, because a new connection of another network
 * announces such routes too.
 */
export function getAnnouncementCauses(
  kind: EventKind,
  routes: readonly Pick<RouteEntry, 'asPath' | 'asPathText' | 'origin'>[],
): Cause[] {
  const stated = statedCause(kind)
  const external = routes.filter(isExternal)
  const isCustomers = external.length > 0 && external.every((entry) => findCustomerPath(entry) !== null)
  return stated && isCustomers ? [stated] : []
}
