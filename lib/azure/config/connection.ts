import { armKey, type ConnectionConfig } from '#lib/contract/index.ts'
import { armObject } from './arm-object.ts'

/** @param config a connection as ARM lists it. Source: Azure Network REST, VirtualNetworkGatewayConnection. */
export function decodeConnection(config: unknown): ConnectionConfig {
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
