import { armKey, armTypes, parseArmId, type ResourceRow, subscriptionOf } from '#lib/contract/index.ts'
import { decodeConfig } from '../../config/index.ts'
import { failureOfError } from '../../classify.ts'
import { pagedRows } from '../../paging.ts'
import type { Read } from '../../read.ts'
import type { InGroup } from './in-group.ts'
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
): Promise<ResourceRow[] | null> {
  const keys = resources.flatMap(({ type, config }) => {
    const gateway = type === armTypes.virtualNetworkGateway ? decodeConfig(type, config) : null
    return gateway?.resource === 'gateway' ? gateway.publicAddressKeys : []
  })
  const own = new Set(keys.filter((key) => subscriptionOf(key) === subscriptionId.toLowerCase()))
  const groups = [...new Set([...own].flatMap((key) => parseArmId(key)?.resourceGroup ?? []))]
  try {
    const lists = groups.map((group) =>
      atPace(group, () =>
        pagedRows(call, (continuationToken) => arm.network.publicIPAddresses.list(group).byPage({ continuationToken })),
      ),
    )
    const all = decodeResources(armTypes.publicAddress, (await Promise.all(lists)).flat())
    return all.filter(({ resourceId }) => own.has(armKey(resourceId)))
  } catch (error) {
    // throws on what is no failure of Azure's
    failureOfError(error, call)
    return null
  }
}
