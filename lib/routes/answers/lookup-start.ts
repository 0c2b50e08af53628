import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  armTypes,
  type EpochMs,
  getTopLevelResourceId,
  isDefaultHubTable,
  normalizeArmId,
  parseArmId,
} from '#lib/contract/index.ts'
import { readResourcePage, type ResourceView } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * Returns the resource whose route table decides about traffic from a resource. For a virtual network that is connected
 * to a Virtual WAN hub, it is the route table with which the connection is associated. This is the hub itself for its
 * default table, or another table of the hub. Any other resource is returned unchanged. A network whose route table is
 * not listed is also returned unchanged, so that its routes remain unknown.
 * @source learn.microsoft.com/azure/virtual-wan/about-virtual-hub-routing, "Association"
 */
export async function findLookupStart<Resource extends ResourceView | null>(
  q: SqlExecutor,
  resource: Resource,
  at: EpochMs | undefined,
): Promise<Resource | ResourceView> {
  if (resource?.type !== armTypes.virtualNetwork) return resource
  const types = [armTypes.hubNetworkConnection, armTypes.virtualHub, armTypes.hubRouteTable]
  const listed = await readResourcePage(q, { types, ...(at !== undefined && { at }) })
  const network = normalizeArmId(resource.resourceId)
  for (const { type, resourceId, config } of listed) {
    if (type !== armTypes.hubNetworkConnection) continue
    const { networkKey, tableKey } = decodeResourceConfig(armTypes.hubNetworkConnection, config)
    if (networkKey !== network) continue
    const hub = normalizeArmId(getTopLevelResourceId(resourceId))
    // A connection for which ARM lists no association is associated with the default table.
    const isDefault = tableKey === null || isDefaultHubTable(parseArmId(tableKey)?.name ?? '')
    const key = isDefault ? hub : tableKey
    const start = listed.find(
      (one) => one.type !== armTypes.hubNetworkConnection && normalizeArmId(one.resourceId) === key,
    )
    if (start) return start
  }
  return resource
}
