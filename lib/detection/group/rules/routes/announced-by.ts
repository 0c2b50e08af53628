import { findCustomerPath } from '#lib/bgp/index.ts'
import { type Cause, type EventKind, statedCause } from '#lib/contract/index.ts'
import { isExternal, type RouteEntry } from '../../../model/route.ts'

/**
 * Returns the stated cause of an event kind if a customer's router announced all of the external routes. Returns an
 * empty list if one of them comes from another gateway of Azure or from Microsoft, because a new connection of another
 * network announces such routes too.
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
