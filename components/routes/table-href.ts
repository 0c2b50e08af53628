import { getTopLevelResourceId, parseArmId } from '#lib/contract/arm-id.ts'
import { armTypes } from '#lib/contract/arm-types.ts'

/**
 * Returns the address of the page that shows the resource of a route table: a circuit, a hub, a gateway, or the
 * networks page for a network interface.
 * @param resourceId ARM ID of the resource
 */
export function buildRouteTableHref({
  scope,
  table,
  resourceId,
}: {
  scope: string
  table: string
  resourceId: string
}): string {
  const type = parseArmId(resourceId)?.type
  // A BGP connection or a route table of a hub is shown on the hub's page, whose URL may also contain an ARM ID. For a
  // Route Server, this page redirects to the page of the gateway.
  if (type === armTypes.hubBgpConnection || type === armTypes.hubRouteTable) {
    return `/hubs/${encodeURIComponent(getTopLevelResourceId(resourceId))}`
  }
  if (table === 'effective') return `/networks?${new URLSearchParams({ nic: scope })}`
  if (table !== 'tables') return `/gateways/${scope}`
  return type === armTypes.virtualHub ? `/hubs/${scope}` : `/circuits/${scope}`
}
