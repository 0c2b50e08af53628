import { decodeConfig } from '#lib/azure/config/index.ts'
import {
  armKey,
  armTypes,
  type EpochMs,
  gatewayTypes,
  type ListParameters,
  type Network,
  type NetworkConfig,
  type NetworkPeering,
  type PeeringConfig,
  type PollKind,
  type ResourceConfig,
  type ResponseOf,
} from '#lib/contract/index.ts'
import { listResources, type ResourceView } from '#lib/history/index.ts'
import { type Db, queryable } from './db.ts'
import { freshnessOf, pollsUnder, readSources } from './freshness.ts'
import { pageOfList } from './paging.ts'
import { iso } from './wire.ts'

const kinds: readonly PollKind[] = ['inventory']

/** Virtual networks and Virtual WAN hubs by name, with the gateways in them and their peerings, from the inventory. */
export async function listNetworks(
  db: Db,
  parameters: ListParameters,
  now: EpochMs = Date.now(),
): Promise<ResponseOf<'networks'>> {
  const q = queryable(db)
  const resources = await listResources(q, {
    types: [armTypes.virtualNetwork, ...gatewayTypes.map(({ type }) => type)],
  })
  const networks = networksAmong(resources)
  const { rows, nextCursor } = pageOfList(networks, ({ name, id }) => JSON.stringify([name, id]), parameters)
  const polls = pollsUnder(await readSources(q), kinds, now)
  return { data: rows, asOf: iso(now), freshness: freshnessOf(polls, now), nextCursor }
}

interface Decoded {
  resource: ResourceView
  config: ResourceConfig | null
}

function networksAmong(resources: readonly ResourceView[]): Network[] {
  const decoded = resources.map((resource) => ({ resource, config: decodeConfig(resource.type, resource.config) }))
  const seen = otherSides(decoded)
  const gateways = Map.groupBy(
    decoded.filter(({ config }) => config?.resource === 'gateway'),
    ({ config }) => (config?.resource === 'gateway' ? config.networkKey : null),
  )
  return decoded.flatMap(({ resource, config }) => {
    if (config?.resource !== 'network') return []
    const own = gateways.get(armKey(resource.resourceId)) ?? []
    return [{ ...networkView(resource, config, seen), gatewayIds: own.map((gateway) => gateway.resource.id) }]
  })
}

/** Finds the other side of a peering: by its ARM id, or, where Microsoft holds it, the only hub that has its name. */
function otherSides(decoded: readonly Decoded[]) {
  const byKey = new Map(decoded.map((one) => [armKey(one.resource.resourceId), one]))
  const hubs = Map.groupBy(
    decoded.filter(({ resource, config }) => resource.type === armTypes.virtualHub && config?.resource === 'network'),
    ({ resource }) => resource.name.toLowerCase(),
  )
  return ({ remoteKey, hubName }: PeeringConfig): Decoded | undefined => {
    if (hubName === null) return remoteKey === null ? undefined : byKey.get(remoteKey)
    const [hub, ...others] = hubs.get(hubName.toLowerCase()) ?? []
    return others.length === 0 ? hub : undefined
  }
}

function peeringView(ownKey: string, peering: PeeringConfig, remote: Decoded | undefined): NetworkPeering {
  const { remoteKey: _key, hubName, ...side } = peering
  const network = remote?.config?.resource === 'network' ? remote.config : null
  const back = network?.peerings.find(({ remoteKey }) => remoteKey === ownKey)
  return {
    ...side,
    remoteId: remote?.resource.id ?? null,
    remoteName: remote?.resource.name ?? side.remoteName,
    otherSide: hubName !== null ? 'hub' : network === null ? 'not_read' : back ? 'seen' : 'none',
    back: back ? sideOf(back) : null,
  }
}

const sideOf = (peering: PeeringConfig): NonNullable<NetworkPeering['back']> => ({
  name: peering.name,
  state: peering.state,
  syncLevel: peering.syncLevel,
  allowGatewayTransit: peering.allowGatewayTransit,
  useRemoteGateways: peering.useRemoteGateways,
  allowForwardedTraffic: peering.allowForwardedTraffic,
  allowVirtualNetworkAccess: peering.allowVirtualNetworkAccess,
})

function networkView(
  resource: ResourceView,
  { addressPrefixes, peerings }: NetworkConfig,
  otherSide: ReturnType<typeof otherSides>,
): Omit<Network, 'gatewayIds'> {
  const { id, resourceId, name, type, subscriptionId, resourceGroup, location } = resource
  return {
    id,
    resourceId,
    name,
    kind: type === armTypes.virtualNetwork ? 'vnet' : 'hub',
    subscriptionId,
    resourceGroup,
    location,
    addressPrefixes,
    peerings: peerings.map((peering) => peeringView(armKey(resourceId), peering, otherSide(peering))),
  }
}
