import { armKey, armTypes, parseArmId, type ResourceRow, subscriptionOf } from '#lib/contract/index.ts'
import { decodeConfig } from '../../config/index.ts'
import { isJsonObject, type Json } from '../../decode/json.ts'
import { member } from '../../decode/members.ts'
import { pagedRows } from '../../call/paging.ts'
import type { Read } from '../../read.ts'
import type { InGroup } from './in-group.ts'
import { type OptionalList, optionalList } from './optional-list.ts'
import { decodeResources } from './resources.ts'

/**
 * The public addresses of gateways: a list for each resource group that has one, of which the others are left out. They say which zones a
 * gateway stands in and are never required: where they can't be listed, the inventory is complete without.
 * @returns null where one of the lists could not be read
 */
export async function readPublicAddresses(
  { call, arm, id: { subscriptionId } }: Pick<Read, 'call' | 'arm' | 'id'>,
  resources: readonly ResourceRow[],
  atPace: InGroup,
): Promise<OptionalList | null> {
  const keys = resources.flatMap(({ type, config }) => {
    const gateway = type === armTypes.virtualNetworkGateway ? decodeConfig(type, config) : null
    return gateway?.resource === 'gateway' ? gateway.publicAddressKeys : []
  })
  const own = new Set(keys.filter((key) => subscriptionOf(key) === subscriptionId.toLowerCase()))
  const groups = [...new Set([...own].flatMap((key) => parseArmId(key)?.resourceGroup ?? []))]
  return optionalList(call, async (unread) => {
    const lists = groups.map((group) =>
      atPace(group, () =>
        pagedRows(call, (continuationToken) => arm.network.publicIPAddresses.list(group).byPage({ continuationToken })),
      ),
    )
    // one that names itself is another's, whatever else it says
    const isNoOther = (row: Json) => {
      const resourceId = isJsonObject(row) ? member(row, 'id') : null
      return typeof resourceId !== 'string' || parseArmId(resourceId) === null || own.has(armKey(resourceId))
    }
    return decodeResources(armTypes.publicAddress, (await Promise.all(lists)).flat().filter(isNoOther), unread)
  })
}
