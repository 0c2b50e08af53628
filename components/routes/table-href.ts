import { owningResource, parseArmId } from '#lib/contract/arm-id.ts'
import { armTypes } from '#lib/contract/arm-types.ts'

/** The page of what a route table belongs to: a circuit, a hub or a gateway. @param resourceId its ARM id */
export function tableHref({ scope, table, resourceId }: { scope: string; table: string; resourceId: string }): string {
  const type = parseArmId(resourceId)?.type
  // a Route Server's peer stands on the page of that; the page takes an ARM id as well
  if (type === armTypes.hubBgpConnection) return `/gateways/${encodeURIComponent(owningResource(resourceId))}`
  if (table !== 'tables') return `/gateways/${scope}`
  return type === armTypes.virtualHub ? `/hubs/${scope}` : `/circuits/${scope}`
}
