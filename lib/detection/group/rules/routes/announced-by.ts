import { announcedByCustomer } from '#lib/bgp/index.ts'
import { type Cause, type EventKind, statedCause } from '#lib/contract/index.ts'
import { isExternal, type RouteEntry } from '../../../model/route.ts'

/**
 * The cause that a kind states of routes that a customer's router announced; none where one of them comes from another gateway of Azure or
 * from Microsoft, which a new connection of another network brings as well.
 */
export function causesOfAnnounced(
  kind: EventKind,
  routes: readonly Pick<RouteEntry, 'asPath' | 'asPathText' | 'origin'>[],
): Cause[] {
  const stated = statedCause(kind)
  const external = routes.filter(isExternal)
  const isCustomers = external.length > 0 && external.every((entry) => announcedByCustomer(entry) !== null)
  return stated && isCustomers ? [stated] : []
}
