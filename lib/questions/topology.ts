import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  normalizeArmId,
  armTypes,
  type CircuitConfig,
  type CircuitPath,
  type CircuitPeering,
  type ConnectionConfig,
  directTypes,
  type EpochMs,
  type GatewayConfig,
  type HubConnectionConfig,
  gatewayTypes,
  isExpressRouteConnection,
  listCircuitPathLinks,
  type LocalGatewayConfig,
  findMainPeering,
  parsePeeringType,
  type PeeringType,
  type CircuitPathLink,
  type PortConfig,
  type ResiliencyLevel,
} from '#lib/contract/index.ts'
import { type LocationAndResiliency, judgeResiliencyOfCircuits } from '#lib/contract/facts/resiliency.ts'
import { readResourcePage, type ResourceView } from '#lib/history/index.ts'
import { queryOncePerResponse, cacheUntilChange } from '#lib/platform/response-cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

export interface CircuitResource {
  resource: ResourceView
  config: CircuitConfig
  /**
   * The peering that functions such as {@link getCircuitLinks} use. It is the main peering, unless another peering was
   * selected; null = the circuit has no peering
   */
  peering: CircuitPeering | null
}
export interface GatewayResource {
  resource: ResourceView
  config: GatewayConfig
}
interface ConnectionResource {
  resource: ResourceView
  config: ConnectionConfig
}

/**
 * Resources of the estate with their configuration at one moment, without removed resources. The keys of all maps are
 * normalized ARM ids (`normalizeArmId`).
 */
export interface EstateTopology {
  circuits: CircuitResource[]
  gateways: GatewayResource[]
  connections: ConnectionResource[]
  /** ExpressRoute Direct ports and LAGs */
  ports: Map<string, PortConfig>
  /** on-premises devices at the end of VPN connections */
  devices: Map<string, { resource: ResourceView; config: LocalGatewayConfig }>
  /** all resources */
  byKey: Map<string, ResourceView>
  /** connections by the resource at each of their ends (a gateway or a circuit) */
  connectionsByEnd: Map<string, ConnectionResource[]>
}

export const readTopology = (db: SqlExecutor, at?: EpochMs): Promise<EstateTopology> =>
  at === undefined
    ? cacheUntilChange(db, 'topology', () => topologyAt(db, at))
    : queryOncePerResponse(db, `topology ${at}`, () => topologyAt(db, at))

async function topologyAt(db: SqlExecutor, at: EpochMs | undefined): Promise<EstateTopology> {
  const types = [
    armTypes.circuit,
    armTypes.connection,
    armTypes.localNetworkGateway,
    ...directTypes,
    ...gatewayTypes.map(({ type }) => type),
  ]
  const resources = await readResourcePage(db, { types, ...(at !== undefined && { at }) })
  const estate: EstateTopology = {
    circuits: [],
    gateways: [],
    connections: [],
    ports: new Map(),
    devices: new Map(),
    byKey: new Map(),
    connectionsByEnd: new Map(),
  }
  for (const resource of resources) {
    estate.byKey.set(normalizeArmId(resource.resourceId), resource)
    sortIn(estate, resource)
  }
  return estate
}

function sortIn(estate: EstateTopology, resource: ResourceView): void {
  const config = decodeResourceConfig(resource.type, resource.config)
  switch (config?.resource) {
    case 'circuit':
      estate.circuits.push({ resource, config, peering: findMainPeering(config.peerings) })
      break
    case 'connection':
      addConnection(estate, { resource, config })
      break
    case 'gateway':
      estate.gateways.push({ resource, config })
      break
    case 'localGateway':
      estate.devices.set(normalizeArmId(resource.resourceId), { resource, config })
      break
    case 'port':
      estate.ports.set(normalizeArmId(resource.resourceId), config)
  }
}

function addConnection(estate: EstateTopology, connection: ConnectionResource): void {
  const { gatewayKeys, circuitKey } = connection.config
  estate.connections.push(connection)
  for (const end of new Set([...gatewayKeys, ...(circuitKey === null ? [] : [circuitKey])])) {
    estate.connectionsByEnd.set(end, [...(estate.connectionsByEnd.get(end) ?? []), connection])
  }
}

/**
 * Returns one copy of a circuit for each of its peerings, with this peering selected. The copy with the main peering is
 * first.
 */
export function expandByPeering(circuit: CircuitResource): CircuitResource[] {
  const { config, peering } = circuit
  const others = config.peerings.filter((one) => one !== peering)
  return [...(peering ? [circuit] : []), ...others.map((other) => ({ ...circuit, peering: other }))]
}

/**
 * Returns a copy of a circuit in which the peering of the given type is selected; null = the circuit has no such
 * peering.
 */
export const selectCircuitPeering = (circuit: CircuitResource, type: PeeringType): CircuitResource | null =>
  expandByPeering(circuit).find(({ peering }) => peering && parsePeeringType(peering.type) === type) ?? null

/** Returns the links of one path of a circuit, IPv4 before IPv6. */
export const getCircuitLinks = ({ peering }: CircuitResource, path: CircuitPath): CircuitPathLink[] =>
  peering ? listCircuitPathLinks(peering, path) : []

/**
 * Returns the link whose session determines the state of a path. It is the IPv4 link if there is one, otherwise the
 * IPv6 link; null = the path has no links.
 */
export const findMainLinkOfPath = (circuit: CircuitResource, path: CircuitPath): CircuitPathLink | null =>
  getCircuitLinks(circuit, path)[0] ?? null

/**
 * Returns the connections of a circuit to gateways. `gateway` is null if the gateway is not known, for example because
 * it is in a subscription that is not monitored.
 */
export function listCircuitConnections(estate: EstateTopology, circuitResourceId: string) {
  const key = normalizeArmId(circuitResourceId)
  return (estate.connectionsByEnd.get(key) ?? [])
    .filter(({ config }) => config.circuitKey === key)
    .map((connection) => ({ ...connection, gateway: firstKnown(estate, connection.config.gatewayKeys) }))
}

/**
 * Returns the connections of a circuit to ExpressRoute gateways of Virtual WAN hubs. ARM lists these connections inside
 * the gateways.
 */
export function listCircuitHubConnections(
  { gateways }: EstateTopology,
  circuitResourceId: string,
): { gateway: ResourceView; connection: HubConnectionConfig }[] {
  const key = normalizeArmId(circuitResourceId)
  return gateways.flatMap(({ resource, config }) =>
    config.hubConnections
      .filter(({ circuitKey }) => circuitKey === key)
      .map((connection) => ({ gateway: resource, connection })),
  )
}

/**
 * Returns the gateway of each connection of a circuit, also in Virtual WAN hubs; null = the gateway is not known. Empty
 * without a circuit.
 */
export const listCircuitGateways = (
  estate: EstateTopology,
  circuitResourceId: string | undefined,
): (ResourceView | null)[] =>
  circuitResourceId === undefined
    ? []
    : [
        ...listCircuitConnections(estate, circuitResourceId),
        ...listCircuitHubConnections(estate, circuitResourceId),
      ].map(({ gateway }) => gateway)

/**
 * Returns the connections of the gateway of a Virtual WAN hub, which ARM lists inside the gateway; empty for other
 * gateways.
 */
export function listGatewayHubConnections(
  { gateways }: EstateTopology,
  gatewayResourceId: string,
): HubConnectionConfig[] {
  const key = normalizeArmId(gatewayResourceId)
  return gateways.find(({ resource }) => normalizeArmId(resource.resourceId) === key)?.config.hubConnections ?? []
}

export function listGatewayConnections(estate: EstateTopology, gatewayResourceId: string) {
  const key = normalizeArmId(gatewayResourceId)
  return (estate.connectionsByEnd.get(key) ?? [])
    .filter(({ config }) => config.gatewayKeys.includes(key))
    .map((connection) => {
      const { circuitKey } = connection.config
      return { ...connection, circuit: circuitKey === null ? null : (estate.byKey.get(circuitKey) ?? null) }
    })
}

/**
 * Returns the peering location and the resiliency level of a circuit. A circuit on an ExpressRoute Direct port or LAG
 * has no location of its own, so the location of the port or LAG is returned.
 */
export function findCircuitLocation(
  { config }: Pick<CircuitResource, 'config'>,
  { ports }: Pick<EstateTopology, 'ports'>,
): LocationAndResiliency {
  const { peeringLocation, portId, resiliencyLevel } = config
  const port = portId === null ? undefined : ports.get(normalizeArmId(portId))
  return { peeringLocation: peeringLocation ?? port?.peeringLocation ?? null, resiliencyLevel }
}

/**
 * Returns the resiliency level of a gateway. It depends on the peering locations of the circuits that are connected to
 * the gateway.
 */
export function judgeGatewayResiliency(
  estate: EstateTopology,
  { resource, config }: GatewayResource,
): ResiliencyLevel | null {
  const links = listGatewayConnections(estate, resource.resourceId).map((one) => one.config)
  const inHub = config.hubConnections.filter(({ site }) => site === null)
  const keys = new Set([...links.filter(isExpressRouteConnection), ...inHub].map(({ circuitKey }) => circuitKey))
  const connected = new Set([...keys].map((key) => key && estate.byKey.get(key)))
  const circuits = estate.circuits.filter((circuit) => connected.has(circuit.resource))
  const ends = circuits.map((circuit) => findCircuitLocation(circuit, estate))
  return judgeResiliencyOfCircuits(ends, circuits.length < keys.size)
}

function firstKnown(estate: EstateTopology, keys: string[]): ResourceView | null {
  return keys.map((key) => estate.byKey.get(key)).find((resource) => resource !== undefined) ?? null
}
