import { armTypes, parseArmId, type ResourceRow } from '#lib/contract/index.ts'
import type { Json } from '../../decode/json.ts'
import { pagedRows } from '../../call/paging.ts'
import type { Read } from '../../read.ts'
import { decodeConfig } from '../../config/index.ts'
import { type OptionalList, optionalList } from './optional-list.ts'
import { decodeResources } from './resources.ts'

/** Runs a request when the inventory's pace lets it through. */
type Paced = (read: () => Promise<Json[]>) => Promise<Json[]>

/**
 * The BGP peers of virtual hubs: ARM lists them by hub only. The hub's own row names them without their addresses. Like everything inside
 * a hub they are never required: where they can't be listed, the inventory is complete without.
 * @returns null where one of the lists could not be read
 */
export function readHubBgpConnections(
  { call, arm }: Pick<Read, 'call' | 'arm'>,
  hubs: readonly ResourceRow[],
  atPace: Paced,
): Promise<OptionalList | null> {
  return insideHubs(call, armTypes.hubBgpConnection, hubs, ({ resourceGroup, name }) =>
    atPace(() =>
      pagedRows(call, (continuationToken) =>
        arm.network.virtualHubBgpConnections.list(resourceGroup, name).byPage({ continuationToken }),
      ),
    ),
  )
}

/** The virtual networks that are connected to hubs of a Virtual WAN; a Route Server stands in its one network. As {@link readHubBgpConnections}. */
export function readHubNetworkConnections(
  { call, arm }: Pick<Read, 'call' | 'arm'>,
  hubs: readonly ResourceRow[],
  atPace: Paced,
): Promise<OptionalList | null> {
  return insideHubs(call, armTypes.hubNetworkConnection, hubs.filter(isOfVirtualWan), ({ resourceGroup, name }) =>
    atPace(() =>
      pagedRows(call, (continuationToken) =>
        arm.network.hubVirtualNetworkConnections.list(resourceGroup, name).byPage({ continuationToken }),
      ),
    ),
  )
}

/** The route tables of hubs of a Virtual WAN. As {@link readHubBgpConnections}. */
export function readHubRouteTables(
  { call, arm }: Pick<Read, 'call' | 'arm'>,
  hubs: readonly ResourceRow[],
  atPace: Paced,
): Promise<OptionalList | null> {
  return insideHubs(call, armTypes.hubRouteTable, hubs.filter(isOfVirtualWan), ({ resourceGroup, name }) =>
    atPace(() =>
      pagedRows(call, (continuationToken) =>
        arm.network.hubRouteTables.list(resourceGroup, name).byPage({ continuationToken }),
      ),
    ),
  )
}

const isOfVirtualWan = ({ type, config }: ResourceRow) => decodeConfig(type, config)?.resource === 'network'

function insideHubs(
  call: Read['call'],
  type: string,
  hubs: readonly ResourceRow[],
  list: (hub: { resourceGroup: string; name: string }) => Promise<Json[]>,
): Promise<OptionalList | null> {
  const ids = hubs.flatMap(({ resourceId }) => parseArmId(resourceId) ?? [])
  return optionalList(call, async (unread) => {
    const lists = ids.map(({ resourceGroup, name }) => list({ resourceGroup: resourceGroup ?? '', name }))
    return decodeResources(type, (await Promise.all(lists)).flat(), unread)
  })
}
