import { armTypes, parseArmId } from '#lib/contract/index.ts'

/** The page of what a route table belongs to: a circuit, a hub or a gateway. @param resourceId its ARM id */
export function tableHref({ scope, table, resourceId }: { scope: string; table: string; resourceId: string }): string {
  if (table !== 'tables') return `/gateways/${scope}`
  return parseArmId(resourceId)?.type === armTypes.virtualHub ? `/hubs/${scope}` : `/circuits/${scope}`
}
