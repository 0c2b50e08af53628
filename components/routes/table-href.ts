import { owningResource, parseArmId } from '#lib/contract/arm-id.ts'
import { armTypes } from '#lib/contract/arm-types.ts'

/** The page of what a route table belongs to: a circuit, a hub, a gateway, or the networks with a network interface. @param resourceId its ARM id */
export function tableHref({ scope, table, resourceId }: { scope: string; table: string; resourceId: string }): string {
  const type = parseArmId(resourceId)?.type
  // what is inside a hub stands on the page of that, which takes an ARM id as well; that of a Route Server leads on to its gateway
  if (type === armTypes.hubBgpConnection || type === armTypes.hubRouteTable) {
    return `/hubs/${encodeURIComponent(owningResource(resourceId))}`
  }
  if (table === 'effective') return `/networks?${new URLSearchParams({ nic: scope })}`
  if (table !== 'tables') return `/gateways/${scope}`
  return type === armTypes.virtualHub ? `/hubs/${scope}` : `/circuits/${scope}`
}
