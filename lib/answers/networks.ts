import type { EpochMs, ListParameters, Network, PollKind, ResponseOf } from '#lib/contract/index.ts'
import { listResources, type ResourceView } from '#lib/history/index.ts'
import { networkKeyOf, type NetworkConfig, type PeeringConfig, readNetwork } from './config/network-config.ts'
import { readGateway } from './config/gateway-config.ts'
import { armKey, GATEWAYS, HUB, VNET } from './config/resource-types.ts'
import { type Db, queryable } from './db.ts'
import { freshnessOf, pollsUnder, readSources } from './freshness.ts'
import { pageOfList } from './paging.ts'
import { iso } from './wire.ts'

const kinds: readonly PollKind[] = ['inventory']

/** Virtual networks and Virtual WAN hubs by name, with the gateways in them and their peerings, as the inventory tells. */
export async function listNetworks(
  db: Db,
  parameters: ListParameters,
  now: EpochMs = Date.now(),
): Promise<ResponseOf<'networks'>> {
  const q = queryable(db)
  const resources = await listResources(q, { types: [VNET, ...GATEWAYS] })
  const networks = networksAmong(resources)
  const { rows, nextCursor } = pageOfList(networks, ({ name, id }) => JSON.stringify([name, id]), parameters)
  const polls = pollsUnder(await readSources(q), kinds, now)
  return { data: rows, asOf: iso(now), freshness: freshnessOf(polls, now), nextCursor }
}

function networksAmong(resources: readonly ResourceView[]): Network[] {
  const seen = otherSides(resources)
  const gateways = Map.groupBy(
    resources.filter(({ type, config }) => type !== VNET && readGateway(type, config) !== null),
    ({ config }) => networkKeyOf(config),
  )
  return resources.flatMap((resource) => {
    const config = readNetwork(resource.type, resource.config)
    if (config === null) return []
    const gatewayIds = (gateways.get(armKey(resource.resourceId)) ?? []).map(({ id }) => id)
    return [{ ...networkView(resource, config, seen), gatewayIds }]
  })
}

/** Finds the other side of a peering: by its ARM id, or, where Microsoft holds it, the only hub that is called so. */
function otherSides(resources: readonly ResourceView[]) {
  const byKey = new Map(resources.map((resource) => [armKey(resource.resourceId), resource]))
  const hubs = Map.groupBy(
    resources.filter(({ type, config }) => type === HUB && readNetwork(type, config) !== null),
    ({ name }) => name.toLowerCase(),
  )
  return ({ remoteKey, hubName }: PeeringConfig): ResourceView | undefined => {
    if (hubName === null) return remoteKey === null ? undefined : byKey.get(remoteKey)
    const [hub, ...others] = hubs.get(hubName.toLowerCase()) ?? []
    return others.length === 0 ? hub : undefined
  }
}

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
    kind: type === VNET ? 'vnet' : 'hub',
    subscriptionId,
    resourceGroup,
    location,
    addressPrefixes,
    peerings: peerings.map((peering) => {
      const { remoteKey: _key, hubName: _hub, ...side } = peering
      const remote = otherSide(peering)
      return { ...side, remoteId: remote?.id ?? null, remoteName: remote?.name ?? side.remoteName }
    }),
  }
}
