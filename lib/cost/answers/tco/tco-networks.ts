import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  normalizeArmId,
  armTypes,
  findCustomer,
  hasCustomers,
  type NetworkPeeringSideConfig,
  UNALLOCATED_CUSTOMER,
} from '#lib/contract/index.ts'
import type { SharedHubGateway, TcoInput, TcoPeering } from '../../rules/index.ts'
import { readResourcePage, readCustomerRules, type ResourceView } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { listGatewayConnections, type EstateTopology, readTopology } from '#lib/questions/index.ts'

interface Network {
  resource: ResourceView
  peerings: NetworkPeeringSideConfig[]
}

/**
 * Virtual networks and the gateways that they share. Peered networks may use the gateway of a network (gateway
 * transit).
 */
export interface NetworksWithSharedGateways {
  estate: EstateTopology
  /** Virtual networks by their normalized ARM ID (`normalizeArmId`). */
  networks: Map<string, Network>
  /** Networks that use the gateway of another network, by the normalized ARM ID of the network with the gateway. */
  spokesOf: Map<string, Network[]>
  /** Returns the customer of a resource; null = it belongs to no customer. */
  customerOf(resource: CustomerOwnedResource): string | null
  /**
   * Returns the name to which the cost of a resource is assigned. It is the customer of the resource, or `UNALLOCATED`
   * if the resource has no customer. If no customers are configured at all, it is the subscription.
   */
  payerOf(resource: CustomerOwnedResource): string
}

/**
 * A resource whose customer is determined. `config` is used only if the current inventory does not contain the
 * resource.
 */
export type CustomerOwnedResource = Pick<ResourceView, 'id' | 'resourceId' | 'subscriptionId'> & { config?: unknown }

export async function readTcoNetworks(q: SqlExecutor): Promise<NetworksWithSharedGateways> {
  const networks = new Map<string, Network>()
  for (const resource of await readResourcePage(q, { types: [armTypes.virtualNetwork] })) {
    const network = decodeResourceConfig(resource.type, resource.config)
    if (network?.resource === 'network')
      networks.set(normalizeArmId(resource.resourceId), { resource, peerings: network.peerings })
  }
  const spokesOf = new Map<string, Network[]>()
  for (const network of networks.values()) {
    const hub = network.peerings.find(usesGatewayOf)?.remoteKey
    if (hub) spokesOf.set(hub, [...(spokesOf.get(hub) ?? []), network])
  }
  const rules = await readCustomerRules(q)
  const estate = await readTopology(q)
  const spelled = new Map<string, string>()
  const named = (resource: CustomerOwnedResource) => {
    const key = normalizeArmId(resource.resourceId)
    const listed = estate.byKey.get(key) ?? networks.get(key)?.resource
    const name = findCustomer({ ...resource, config: listed?.config ?? resource.config ?? null }, rules)
    if (name === null) return null
    // Tags may contain the name of the same customer with different capitalization. The spelling that was found first
    // is used for all.
    const known = spelled.get(name.toLowerCase())
    if (known === undefined) spelled.set(name.toLowerCase(), name)
    return known ?? name
  }
  return {
    estate,
    networks,
    spokesOf,
    customerOf: named,
    payerOf: (resource) => named(resource) ?? (hasCustomers(rules) ? UNALLOCATED_CUSTOMER : resource.subscriptionId),
  }
}

const usesGatewayOf = ({ useRemoteGateways }: NetworkPeeringSideConfig): boolean => useRemoteGateways === true

/**
 * Returns all payers of the traffic through a gateway: the payer of the gateway, and the payers of the peered networks
 * that use the gateway.
 */
export function listGatewayPayers({ spokesOf, payerOf }: NetworksWithSharedGateways, gateway: ResourceView): string[] {
  const config = decodeResourceConfig(gateway.type, gateway.config)
  const network = config?.resource === 'gateway' ? config.networkKey : null
  const spokes = network === null ? [] : (spokesOf.get(network) ?? [])
  return [...new Set([payerOf(gateway), ...spokes.map(({ resource }) => payerOf(resource))])]
}

interface Hub {
  key: string
  network: Network
  gateway: EstateTopology['gateways'][number]
  spokes: Network[]
  /** Normalized ARM IDs of the circuits that are connected to the gateway of the network. */
  circuitKeys: Set<string>
}

/** Returns the networks with an ExpressRoute gateway that peered networks use as well. */
function hubsOf({ estate, networks, spokesOf }: NetworksWithSharedGateways): Hub[] {
  return estate.gateways.flatMap((gateway): Hub[] => {
    if (gateway.config.kind !== 'expressRoute') return []
    const key = gateway.config.networkKey
    const network = key === null ? undefined : networks.get(key)
    const spokes = key === null ? undefined : spokesOf.get(key)
    if (key === null || !network || !spokes) return []
    const connections = listGatewayConnections(estate, gateway.resource.resourceId)
    const circuitKeys = new Set(connections.flatMap(({ config }) => config.circuitKey ?? []))
    return [{ key, network, gateway, spokes, circuitKeys }]
  })
}

type Circuits = readonly Pick<TcoInput['circuits'][number], 'circuitId' | 'resourceId' | 'bytesIn' | 'bytesOut'>[]

/**
 * Returns the peerings over which networks use the gateway of another network. Azure charges this traffic only to the
 * network without the gateway. The bytes of peerings are not polled. As their maximum, the result contains the bytes of
 * all circuits at the gateway.
 * @source learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview, "Pricing": with gateway transit,
 *   traffic to the gateway in either direction incurs peering charges on the spoke (non-gateway) network
 */
export function computeTcoPeerings(all: NetworksWithSharedGateways, circuits: Circuits): TcoPeering[] {
  return hubsOf(all).flatMap((hub) => {
    const own = circuits.filter(({ resourceId }) => hub.circuitKeys.has(normalizeArmId(resourceId)))
    const into = own.reduce((sum, { bytesIn }) => sum + bytesIn, 0n)
    const out = own.reduce((sum, { bytesOut }) => sum + bytesOut, 0n)
    const circuitId = own.length === 1 ? (own[0]?.circuitId ?? null) : null
    return hub.spokes.map((spoke) => ({
      circuitId,
      isGlobal: spoke.resource.location !== hub.network.resource.location,
      zone: null,
      bytesIn: null,
      bytesOut: null,
      ...sideOf(all, spoke, hub.network),
      atMostIn: into,
      atMostOut: out,
    }))
  })
}

function sideOf(
  { payerOf }: NetworksWithSharedGateways,
  { resource }: Network,
  far: Network,
): Pick<TcoPeering, 'resourceId' | 'name' | 'customer' | 'region'> {
  const { resourceId, name, location } = resource
  return { region: location ?? '', resourceId, name: `${name} with ${far.resource.name}`, customer: payerOf(resource) }
}

/**
 * Returns each network whose ExpressRoute gateway is shared, with the number of networks that use the gateway. Without
 * the shared gateway, each of them would need its own.
 */
export function listSharedHubGateways(all: NetworksWithSharedGateways, circuits: Circuits): SharedHubGateway[] {
  return hubsOf(all).flatMap(({ network, gateway, spokes, circuitKeys }) => {
    const { sku } = gateway.config
    const { location } = gateway.resource
    if (!sku?.name || !location) return []
    const own = circuits.filter(({ resourceId }) => circuitKeys.has(normalizeArmId(resourceId)))
    const sum = (of: 'bytesIn' | 'bytesOut') => own.reduce((total, circuit) => total + circuit[of], 0n)
    const atMost = { atMostIn: sum('bytesIn'), atMostOut: sum('bytesOut') }
    return [{ hub: network.resource.name, spokes: spokes.length, sku: sku.name, region: location, ...atMost }]
  })
}
