import {
  armTypes,
  type CircuitConfig,
  type ConnectionConfig,
  type GatewayConfig,
  isGatewayType,
  type ResourceConfig,
  armKey,
} from '#lib/contract/index.ts'
import { armObject } from './arm-object.ts'
import { decodeCircuit } from './circuit.ts'
import { decodeGateway } from './gateway.ts'
import { decodeHub, decodeNetwork, isInVirtualWan } from './network.ts'

/**
 * Decodes a resource's configuration as history keeps it: ARM's JSON, scrubbed of secrets. The one reader of ARM's field names for
 * configuration. It takes any JSON: a field that is missing or of another type is null in the result.
 * @param type ARM's resource type, lower case
 * @returns null for a type that Peerwatch lists and does not decode
 */
export function decodeConfig(type: typeof armTypes.circuit, config: unknown): CircuitConfig
export function decodeConfig(type: typeof armTypes.connection, config: unknown): ConnectionConfig
export function decodeConfig(type: typeof armTypes.virtualNetworkGateway, config: unknown): GatewayConfig
export function decodeConfig(type: string, config: unknown): ResourceConfig | null
export function decodeConfig(type: string, config: unknown): ResourceConfig | null {
  if (type === armTypes.circuit) return decodeCircuit(config)
  if (type === armTypes.connection) return decodeConnection(config)
  if (type === armTypes.virtualNetwork) return decodeNetwork(config)
  if (type === armTypes.virtualHub && isInVirtualWan(config)) return decodeHub(config)
  if (isGatewayType(type)) return decodeGateway(type, config)
  if (type === armTypes.port) return { resource: 'port', peeringLocation: armObject(config).text('peeringLocation') }
  return null
}

/** @param config a connection as ARM lists it. Source: Azure Network REST, VirtualNetworkGatewayConnection. */
function decodeConnection(config: unknown): ConnectionConfig {
  const connection = armObject(config)
  const ends = ['virtualNetworkGateway1', 'virtualNetworkGateway2'].map((end) => connection.object(end).text('id'))
  const peer = connection.object('peer').text('id')
  return {
    resource: 'connection',
    type: connection.text('connectionType'),
    status: connection.text('connectionStatus'),
    routingWeight: connection.number('routingWeight'),
    fastPath: connection.flag('expressRouteGatewayBypass'),
    gatewayKeys: ends.filter((end) => end !== null).map(armKey),
    circuitKey: peer && armKey(peer),
  }
}
