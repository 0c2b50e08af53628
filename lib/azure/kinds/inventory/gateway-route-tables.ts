import { armTypes, parseArmId, type ResourceRow, subscriptionOf } from '#lib/contract/index.ts'
import { decodeConfig } from '../../config/index.ts'
import { pagedRows } from '../../call/paging.ts'
import type { Read } from '../../read.ts'
import type { InGroup } from './in-group.ts'
import { type OptionalList, optionalList } from './optional-list.ts'
import { decodeResources } from './resources.ts'

/**
 * The route tables of those resource groups in which one belongs to a GatewaySubnet: of all others nothing is asked. They change what comes
 * from on-premises and are never required: where they can't be listed, the inventory is complete without.
 * @returns null where one of the lists could not be read
 */
export function readGatewayRouteTables(
  { call, arm, id: { subscriptionId } }: Pick<Read, 'call' | 'arm' | 'id'>,
  resources: readonly ResourceRow[],
  atPace: InGroup,
): Promise<OptionalList | null> {
  const keys = resources.flatMap(({ type, config }) => {
    const network = type === armTypes.virtualNetwork ? decodeConfig(type, config) : null
    return network?.resource === 'network' ? (network.gatewayRouteTableKey ?? []) : []
  })
  const own = keys.filter((key) => subscriptionOf(key) === subscriptionId.toLowerCase())
  const groups = [...new Set(own.flatMap((key) => parseArmId(key)?.resourceGroup ?? []))]
  return optionalList(call, async (unread) => {
    const lists = groups.map((group) =>
      atPace(group, () =>
        pagedRows(call, (continuationToken) => arm.network.routeTables.list(group).byPage({ continuationToken })),
      ),
    )
    return decodeResources(armTypes.routeTable, (await Promise.all(lists)).flat(), unread)
  })
}
