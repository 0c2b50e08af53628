import { armObject } from './arm-object.ts'
import { armKey } from './resource-types.ts'

export interface ConnectionConfig {
  type: string | null
  status: string | null
  routingWeight: number | null
  fastPath: boolean | null
  /** keys of the gateways at its ends, by armKey */
  gatewayKeys: string[]
  /** key of the circuit that it connects to, by armKey; null for another kind of connection */
  circuitKey: string | null
}

export function readConnection(config: unknown): ConnectionConfig {
  const connection = armObject(config)
  const ends = ['virtualNetworkGateway1', 'virtualNetworkGateway2'].map((end) => connection.object(end).text('id'))
  const peer = connection.object('peer').text('id')
  return {
    type: connection.text('connectionType'),
    status: connection.text('connectionStatus'),
    routingWeight: connection.number('routingWeight'),
    fastPath: connection.flag('expressRouteGatewayBypass'),
    gatewayKeys: ends.filter((end) => end !== null).map(armKey),
    circuitKey: peer && armKey(peer),
  }
}
