/** Lists that the inventory is complete without: where one can't be read, for whatever reason, it is null. */
import type { PagedAsyncIterableIterator } from '@azure/arm-network'
import { armKey, armTypes, parseArmId, type PollError, type ResourceRow, subscriptionOf } from '#lib/contract/index.ts'
import { failureOfError } from '../../call/classify.ts'
import { pagedRows } from '../../call/paging.ts'
import { send } from '../../call/send.ts'
import { decodeConfig } from '../../config/index.ts'
import { bodyOf, decodeRows, objectOf } from '../../decode/decode.ts'
import { textField } from '../../decode/fields.ts'
import { isJsonObject, type Json } from '../../decode/json.ts'
import { armRow, member } from '../../decode/members.ts'
import type { Read } from '../../read.ts'
import { emptyList, type OptionalList, optionalList } from './optional-list.ts'
import { decodeResources } from './resources.ts'

/** An inventory that reads its lists, at its pace. */
export interface Asking extends Read {
  /** runs a request when the pace lets it through */
  ask<T>(read: () => Promise<T>): Promise<T>
  /** the same about one resource group; nothing of a group that is gone */
  inGroup(group: string, read: () => Promise<Json[]>): Promise<Json[]>
}

type Resources = readonly ResourceRow[]
type Listed = Promise<OptionalList | null>
type Pager = PagedAsyncIterableIterator<unknown>

export const paged = (call: Read['call'], list: () => Pager) =>
  pagedRows(call, (continuationToken) => list().byPage({ continuationToken }))

/** ARM keys that a resource's configuration names, of one subscription. */
const keysIn = ({ id }: Asking, resources: Resources, of: (row: ResourceRow) => readonly string[]) =>
  resources.flatMap(of).filter((key) => subscriptionOf(key) === id.subscriptionId.toLowerCase())

/** What ARM lists by resource group only, of those groups that have one of `keys`: most have none. */
function ofGroups(
  { call, inGroup }: Asking,
  type: string,
  keys: readonly string[],
  list: (group: string) => Pager,
  isOurs: (row: Json) => boolean = () => true,
): Listed {
  const groups = [...new Set(keys.flatMap((key) => parseArmId(key)?.resourceGroup ?? []))]
  return optionalList(call, async (unread) => {
    const lists = groups.map((group) => inGroup(group, () => paged(call, () => list(group))))
    return decodeResources(type, (await Promise.all(lists)).flat().filter(isOurs), unread)
  })
}

/** What is inside hubs, which ARM lists by hub only. */
function ofHubs(
  { call, ask }: Asking,
  type: string,
  hubs: Resources,
  list: (resourceGroup: string, name: string) => Pager,
): Listed {
  const ids = hubs.flatMap(({ resourceId }) => parseArmId(resourceId) ?? [])
  return optionalList(call, async (unread) => {
    const lists = ids.map(({ resourceGroup, name }) => ask(() => paged(call, () => list(resourceGroup ?? '', name))))
    return decodeResources(type, (await Promise.all(lists)).flat(), unread)
  })
}

const hubsIn = (resources: Resources) => resources.filter(({ type }) => type === armTypes.virtualHub)
const wanHubsIn = (resources: Resources) =>
  hubsIn(resources).filter(({ type, config }) => decodeConfig(type, config)?.resource === 'network')

/** The BGP peers of virtual hubs: the hub's own row names them without their addresses. */
export function readHubBgpConnections(asking: Asking, resources: Resources) {
  const { virtualHubBgpConnections } = asking.arm.network
  return ofHubs(asking, armTypes.hubBgpConnection, hubsIn(resources), (...hub) => virtualHubBgpConnections.list(...hub))
}

/** The virtual networks that are connected to hubs of a Virtual WAN; a Route Server stands in its one network. */
export function readHubNetworkConnections(asking: Asking, resources: Resources) {
  const { hubVirtualNetworkConnections: lists } = asking.arm.network
  return ofHubs(asking, armTypes.hubNetworkConnection, wanHubsIn(resources), (...hub) => lists.list(...hub))
}

/** The route tables of hubs of a Virtual WAN. */
export function readHubRouteTables(asking: Asking, resources: Resources) {
  const { hubRouteTables } = asking.arm.network
  return ofHubs(asking, armTypes.hubRouteTable, wanHubsIn(resources), (...hub) => hubRouteTables.list(...hub))
}

/** Local network gateways on which a VPN connection ends: they name the far end of a connection. */
export function readDevices(asking: Asking, resources: Resources) {
  const keys = keysIn(asking, resources, ({ type, config }) =>
    type === armTypes.connection ? [decodeConfig(type, config).deviceKey ?? []].flat() : [],
  )
  const { localNetworkGateways } = asking.arm.network
  return ofGroups(asking, armTypes.localNetworkGateway, keys, (group) => localNetworkGateways.list(group))
}

/** Route tables of a GatewaySubnet, which change what comes from on-premises. */
export function readGatewayRouteTables(asking: Asking, resources: Resources) {
  const keys = keysIn(asking, resources, ({ type, config }) => {
    const network = type === armTypes.virtualNetwork ? decodeConfig(type, config) : null
    return network?.resource === 'network' ? [network.gatewayRouteTableKey ?? []].flat() : []
  })
  const { routeTables } = asking.arm.network
  return ofGroups(asking, armTypes.routeTable, keys, (group) => routeTables.list(group))
}

/** The public addresses of gateways, which say which zones a gateway stands in; others of their groups are left out. */
export function readPublicAddresses(asking: Asking, resources: Resources) {
  const keys = keysIn(asking, resources, ({ type, config }) => {
    const gateway = type === armTypes.virtualNetworkGateway ? decodeConfig(type, config) : null
    return gateway?.resource === 'gateway' ? gateway.publicAddressKeys : []
  })
  // one that names itself is another's, whatever else it says
  const isNoOther = (row: Json) => {
    const resourceId = isJsonObject(row) ? member(row, 'id') : null
    return typeof resourceId !== 'string' || parseArmId(resourceId) === null || keys.includes(armKey(resourceId))
  }
  const { publicIPAddresses } = asking.arm.network
  return ofGroups(asking, armTypes.publicAddress, keys, (group) => publicIPAddresses.list(group), isNoOther)
}

/** The VPN sites of a subscription in which a VPN connection of a hub ends on one; of all others nothing is asked. */
export async function readVpnSites(asking: Asking, resources: Resources): Listed {
  const { call, arm, ask } = asking
  const keys = keysIn(asking, resources, ({ type, config }) => {
    const gateway = type === armTypes.vpnGateway ? decodeConfig(type, config) : null
    return gateway?.resource === 'gateway' ? gateway.hubConnections.flatMap(({ siteKey }) => siteKey ?? []) : []
  })
  if (keys.length === 0) return emptyList()
  const { vpnSites } = arm.network
  return optionalList(call, async (unread) => {
    const rows = await ask(() => paged(call, () => vpnSites.list()))
    return decodeResources(armTypes.vpnSite, rows, unread)
  })
}

/** The connection monitors of a subscription, below its network watchers (one for each region). */
export function readMonitors({ call, arm, ask }: Asking): Listed {
  const { networkWatchers, connectionMonitors } = arm.network
  return optionalList(call, async (unread) => {
    const watchers = await ask(() => paged(call, () => networkWatchers.listAll()))
    const ids = decodeRows(armRow({ id: textField }), watchers, 'value', unread).flatMap(
      ({ id }) => parseArmId(id) ?? [],
    )
    const lists = ids.map(({ resourceGroup, name }) =>
      ask(() => paged(call, () => connectionMonitors.list(resourceGroup ?? '', name))),
    )
    return decodeResources(armTypes.connectionMonitor, (await Promise.all(lists)).flat(), unread)
  })
}

/**
 * The network interfaces of the subscription that operators chose, one by one: an estate has thousands of others.
 * @returns null also where nobody said which ones are chosen
 */
export async function readInterfaces({ call, arm, params, id: { subscriptionId }, inGroup }: Asking): Listed {
  if (params.interfaces === undefined) return null
  const own = params.interfaces.filter((id) => subscriptionOf(id) === subscriptionId.toLowerCase())
  const ids = [...new Map(own.map((id) => [armKey(id), id])).values()].flatMap((id) => parseArmId(id) ?? [])
  return optionalList(call, async (unread) => {
    const found = ids.map(({ resourceGroup, name }) =>
      inGroup(resourceGroup ?? '', async () => {
        const answer = await send(call, async () => arm.network.networkInterfaces.get(resourceGroup ?? '', name))
        return [objectOf(bodyOf(answer))]
      }).catch((error: unknown) => {
        const { outcome, error: said } = failureOfError(error, call)
        if (outcome === 'not_found' && isResourceGone(said)) return []
        throw error
      }),
    )
    return decodeResources(armTypes.networkInterface, (await Promise.all(found)).flat(), unread)
  })
}

/** Resource Manager's word for one resource that does not exist; other 404s are about its type, its version or its subscription. */
const isResourceGone = ({ code }: PollError) => /^(ResourceNotFound|NotFound)$/i.test(code)
