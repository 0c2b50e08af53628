import { armTypes, parseArmId, type ResourceRow, subscriptionOf } from '#lib/contract/index.ts'
import { decodeConfig } from '../../config/index.ts'
import { pagedRows } from '../../call/paging.ts'
import type { Read } from '../../read.ts'
import type { InGroup } from './in-group.ts'
import { type OptionalList, optionalList } from './optional-list.ts'
import { decodeResources } from './resources.ts'

/**
 * The local network gateways of those resource groups in which a VPN connection ends on one: ARM lists them by group only, and most groups
 * have none. They name the far end of a connection and are never required: where they can't be listed, the inventory is complete without.
 * @returns null where one of the lists could not be read
 */
export function readDevices(
  { call, arm, id: { subscriptionId } }: Pick<Read, 'call' | 'arm' | 'id'>,
  resources: readonly ResourceRow[],
  atPace: InGroup,
): Promise<OptionalList | null> {
  const ids = resources
    .filter(({ type }) => type === armTypes.connection)
    .flatMap(({ config }) => decodeConfig(armTypes.connection, config).deviceKey ?? [])
  const own = ids.filter((id) => subscriptionOf(id) === subscriptionId.toLowerCase())
  const groups = [...new Set(own.flatMap((id) => parseArmId(id)?.resourceGroup ?? []))]
  return optionalList(call, async (unread) => {
    const lists = groups.map((group) =>
      atPace(group, () =>
        pagedRows(call, (continuationToken) =>
          arm.network.localNetworkGateways.list(group).byPage({ continuationToken }),
        ),
      ),
    )
    return decodeResources(armTypes.localNetworkGateway, (await Promise.all(lists)).flat(), unread)
  })
}
