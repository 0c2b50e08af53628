import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  normalizeArmId,
  armTypes,
  circuitPaths,
  type EpochMs,
  gatewayTypes,
  type ListParameters,
  type NetworkConfig,
  type NetworkPeering,
  getTopLevelResourceId,
  type NetworkPeeringSideConfig,
  type PollKind,
  type ResourceConfig,
} from '#lib/contract/index.ts'
import type { NetworkConfigurationFinding, NetworksEndpointResponse, NetworkToEncode } from '../api/index.ts'
import { readResourcePage, readCurrentDeclarations, type ResourceView } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { findCircuitOverlaps, type PathLinkSubnet, findNetworkFaults, type OnPremisesPrefixes } from '../rules/index.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
  pickPageOfList,
  listCircuitConnections,
  readTopology,
  type EstateTopology,
} from '#lib/questions/index.ts'

import { readInterfacesByNetwork } from './network-interfaces.ts'

const kinds: readonly PollKind[] = ['inventory']

/** Returns a page of the virtual networks and Virtual WAN hubs by name, with their gateways, peerings and findings. */
export async function listNetworks(
  db: ReadableDatabase,
  parameters: ListParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<NetworksEndpointResponse<'networks'>> {
  const q = getSqlExecutor(db)
  const networks = await readNetworks(q, now)
  const { rows, nextCursor } = pickPageOfList(networks, ({ name, id }) => JSON.stringify([name, id]), parameters)
  const polls = findSupportingPolls(await readSources(q), kinds, now)
  return { data: rows, ...buildFreshnessFields(polls, now), nextCursor }
}

/** Returns all networks and hubs that the caller may see, with the faults in their configuration (findings). */
export async function readNetworks(q: SqlExecutor, now: EpochMs): Promise<NetworkToEncode[]> {
  return withFindings(q, await listed(q), now)
}

/** A network as the inventory lists it, without findings and network interfaces. */
type Listed = Omit<NetworkToEncode, 'findings' | 'interfaces'>

async function listed(q: SqlExecutor): Promise<Listed[]> {
  const types = [armTypes.virtualNetwork, armTypes.networkConnectivity, ...gatewayTypes.map(({ type }) => type)]
  return networksAmong(await readResourcePage(q, { types }))
}

/**
 * Returns overlapping addresses among the networks that a circuit reaches.
 * @param id short ID of the circuit
 */
export async function findOverlapsOfCircuit(
  q: SqlExecutor,
  topology: EstateTopology,
  id: string,
): Promise<NetworkConfigurationFinding[]> {
  const networks = await listed(q)
  const circuits = topology.circuits.filter(({ resource }) => resource.id === id)
  return findCircuitOverlaps(networks, linksIn({ ...topology, circuits }, networks), await onPremises(q, topology))
}

/**
 * Returns the GatewaySubnet of each network by the network's short ID. Networks without a GatewaySubnet are left out.
 */
export async function readGatewaySubnets(
  q: SqlExecutor,
): Promise<Map<string, NonNullable<NetworkConfig['gatewaySubnet']>>> {
  const networks = await readResourcePage(q, { types: [armTypes.virtualNetwork] })
  return new Map(
    networks.flatMap(({ id, type, config }) => {
      const decoded = decodeResourceConfig(type, config)
      const subnet = decoded?.resource === 'network' ? decoded.gatewaySubnet : null
      return subnet ? [[id, subnet] as const] : []
    }),
  )
}

async function withFindings(q: SqlExecutor, networks: readonly Listed[], now: EpochMs): Promise<NetworkToEncode[]> {
  const topology = await readTopology(q)
  const interfaces = await readInterfacesByNetwork(q, now)
  const findings = findNetworkFaults(networks, linksIn(topology, networks), await onPremises(q, topology))
  return networks.map((network) => ({
    ...network,
    findings: findings.get(network.id) ?? [],
    interfaces: interfaces.get(normalizeArmId(network.resourceId)) ?? [],
  }))
}

async function onPremises(q: SqlExecutor, topology: EstateTopology): Promise<OnPremisesPrefixes[]> {
  const { sites } = await readCurrentDeclarations(q)
  const devices = [...topology.devices.values()].map(({ resource, config }) => ({
    name: resource.name,
    // A prefix with a single address is the address of the VPN device itself and is left out. If the device uses BGP,
    // ARM contains no other prefixes of it.
    prefixes: config.prefixes.filter((prefix) => !/\/(?:32|128)$/.test(prefix)),
  }))
  return [...sites.map(({ name, prefixes }) => ({ name, prefixes })), ...devices]
}

/**
 * Returns the link subnets of circuits. Each contains the IDs of the networks with gateways to which the circuit is
 * connected.
 */
function linksIn(
  topology: EstateTopology,
  networks: readonly Pick<NetworkToEncode, 'id' | 'gatewayIds'>[],
): PathLinkSubnet[] {
  const networkOf = new Map(
    networks.flatMap(({ id, gatewayIds }) => gatewayIds.map((gateway) => [gateway, id] as const)),
  )
  return topology.circuits.flatMap(({ resource, config }) => {
    const gateways = listCircuitConnections(topology, resource.resourceId).flatMap(({ gateway }) => gateway?.id ?? [])
    const networkIds = gateways.flatMap((id) => networkOf.get(id) ?? [])
    return config.peerings.flatMap((peering) =>
      circuitPaths.flatMap((path) => {
        const { ipv4, ipv6 } = peering.subnets[path]
        const own = { circuit: resource.name, peering: peering.name, path, networkIds }
        return [ipv4, ipv6].flatMap((subnet) => (subnet === null ? [] : [{ ...own, subnet }]))
      }),
    )
  })
}

interface Decoded {
  resource: ResourceView
  config: ResourceConfig | null
}

function networksAmong(resources: readonly ResourceView[]): Listed[] {
  const decoded = resources.map((resource) => ({
    resource,
    config: decodeResourceConfig(resource.type, resource.config),
  }))
  const otherSide = otherSides(decoded)
  const gateways = Map.groupBy(decoded, ({ config }) => (config?.resource === 'gateway' ? config.networkKey : null))
  const groups = new Map(
    decoded.flatMap(({ resource, config }) =>
      config?.resource === 'networkConnectivity'
        ? [[normalizeArmId(getTopLevelResourceId(resource.resourceId)), config.groups] as const]
        : [],
    ),
  )
  return decoded.flatMap(({ resource, config }): Listed[] => {
    if (config?.resource !== 'network') return []
    const key = normalizeArmId(resource.resourceId)
    return [
      {
        ...resource,
        ...config,
        kind: resource.type === armTypes.virtualNetwork ? 'vnet' : 'hub',
        peerings: config.peerings.map((peering) => peeringOf(key, peering, otherSide(peering))),
        gatewayIds: gateways.get(key)?.map((gateway) => gateway.resource.id) ?? [],
        connectedGroups: groups.get(key) ?? null,
      },
    ]
  })
}

/**
 * Returns a function that finds the network at the other end of a peering. If that network belongs to Microsoft, it is
 * the internal network of a Virtual WAN hub. The hub is then found by its name, provided that only one hub has this
 * name.
 */
function otherSides(decoded: readonly Decoded[]) {
  const byKey = new Map(decoded.map((one) => [normalizeArmId(one.resource.resourceId), one]))
  const hubs = Map.groupBy(
    decoded.filter(({ resource, config }) => resource.type === armTypes.virtualHub && config?.resource === 'network'),
    ({ resource }) => resource.name.toLowerCase(),
  )
  return ({ remoteKey, hubName }: NetworkPeeringSideConfig): Decoded | undefined => {
    if (hubName === null) return remoteKey === null ? undefined : byKey.get(remoteKey)
    const [hub, ...others] = hubs.get(hubName.toLowerCase()) ?? []
    return others.length === 0 ? hub : undefined
  }
}

function peeringOf(ownKey: string, peering: NetworkPeeringSideConfig, remote: Decoded | undefined): NetworkPeering {
  const network = remote?.config?.resource === 'network' ? remote.config : null
  const back = network?.peerings.find(({ remoteKey }) => remoteKey === ownKey)
  return {
    ...peering,
    remoteId: remote?.resource.id ?? null,
    remoteName: remote?.resource.name ?? peering.remoteName,
    otherSide: peering.hubName !== null ? 'hub' : network === null ? 'not_read' : back ? 'seen' : 'none',
    back: back ?? null,
  }
}
