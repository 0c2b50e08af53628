import type { EpochMs } from '#lib/contract/index.ts'
import { listResources, type ResourceView } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type CircuitConfig, readCircuit } from './config/circuit-config.ts'
import { type ConnectionConfig, readConnection } from './config/connection-config.ts'
import { type GatewayConfig, readGateway } from './config/gateway-config.ts'
import { armKey, CIRCUIT, CONNECTION, GATEWAYS, PORT } from './config/resource-types.ts'

export interface CircuitResource {
  resource: ResourceView
  config: CircuitConfig
}
export interface GatewayResource {
  resource: ResourceView
  config: GatewayConfig
}
export interface ConnectionResource {
  resource: ResourceView
  config: ConnectionConfig
}

/** The resources that answers are about, as configured at one moment. Removed ones are not in it. */
export interface Estate {
  circuits: CircuitResource[]
  gateways: GatewayResource[]
  connections: ConnectionResource[]
  /** by armKey */
  byKey: Map<string, ResourceView>
  /** connections by the armKey of what stands at an end */
  connectionsByEnd: Map<string, ConnectionResource[]>
}

export async function readEstate(db: Queryable, at?: EpochMs): Promise<Estate> {
  const types = [CIRCUIT, CONNECTION, PORT, ...GATEWAYS]
  const resources = await listResources(db, { types, ...(at !== undefined && { at }) })
  const estate: Estate = { circuits: [], gateways: [], connections: [], byKey: new Map(), connectionsByEnd: new Map() }
  for (const resource of resources) {
    estate.byKey.set(armKey(resource.resourceId), resource)
    sortIn(estate, resource)
  }
  return estate
}

function sortIn(estate: Estate, resource: ResourceView): void {
  const { type, config } = resource
  if (type === CIRCUIT) estate.circuits.push({ resource, config: readCircuit(config) })
  else if (type === CONNECTION) addConnection(estate, { resource, config: readConnection(config) })
  else if (type !== PORT) {
    const gateway = readGateway(type, config)
    if (gateway) estate.gateways.push({ resource, config: gateway })
  }
}

function addConnection(estate: Estate, connection: ConnectionResource): void {
  const { gatewayKeys, circuitKey } = connection.config
  estate.connections.push(connection)
  for (const end of new Set([...gatewayKeys, ...(circuitKey === null ? [] : [circuitKey])])) {
    estate.connectionsByEnd.set(end, [...(estate.connectionsByEnd.get(end) ?? []), connection])
  }
}

/** The connections of a circuit; `gateway` is null where it is not in the estate (another subscription's). */
export function connectionsOfCircuit(estate: Estate, circuitResourceId: string) {
  const key = armKey(circuitResourceId)
  return (estate.connectionsByEnd.get(key) ?? [])
    .filter(({ config }) => config.circuitKey === key)
    .map((connection) => ({ ...connection, gateway: firstKnown(estate, connection.config.gatewayKeys) }))
}

export function connectionsOfGateway(estate: Estate, gatewayResourceId: string) {
  const key = armKey(gatewayResourceId)
  return (estate.connectionsByEnd.get(key) ?? [])
    .filter(({ config }) => config.gatewayKeys.includes(key))
    .map((connection) => {
      const { circuitKey } = connection.config
      return { ...connection, circuit: circuitKey === null ? null : (estate.byKey.get(circuitKey) ?? null) }
    })
}

function firstKnown(estate: Estate, keys: string[]): ResourceView | null {
  return keys.map((key) => estate.byKey.get(key)).find((resource) => resource !== undefined) ?? null
}
