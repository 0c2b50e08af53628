import { armTypes, type ResourceRow, subscriptionOf } from '#lib/contract/index.ts'
import { decodeConfig } from '../../config/index.ts'
import type { Json } from '../../decode/json.ts'
import { pagedRows } from '../../call/paging.ts'
import type { Read } from '../../read.ts'
import { emptyList, type OptionalList, optionalList } from './optional-list.ts'
import { decodeResources } from './resources.ts'

/**
 * The VPN sites of a subscription in which a VPN connection of a hub ends on one; of all others nothing is asked. They name the far end of
 * a connection and are never required: where they can't be listed, the inventory is complete without.
 * @returns null where they could not be listed
 */
export async function readVpnSites(
  { call, arm, id: { subscriptionId } }: Pick<Read, 'call' | 'arm' | 'id'>,
  resources: readonly ResourceRow[],
  atPace: (read: () => Promise<Json[]>) => Promise<Json[]>,
): Promise<OptionalList | null> {
  const keys = resources.flatMap(({ type, config }) => {
    const gateway = type === armTypes.vpnGateway ? decodeConfig(type, config) : null
    return gateway?.resource === 'gateway' ? gateway.hubConnections.flatMap(({ siteKey }) => siteKey ?? []) : []
  })
  const wanted = new Set(keys.filter((key) => subscriptionOf(key) === subscriptionId.toLowerCase()))
  if (wanted.size === 0) return emptyList()
  return optionalList(call, async (unread) => {
    const rows = await atPace(() =>
      pagedRows(call, (continuationToken) => arm.network.vpnSites.list().byPage({ continuationToken })),
    )
    return decodeResources(armTypes.vpnSite, rows, unread)
  })
}
