import { z } from 'zod'
import type { ConnectionRow } from '#lib/contract/index.ts'
import { ask } from '../ask.ts'
import type { Answer } from '../call.ts'
import { bodyOf, decode, objectOf } from '../decode.ts'
import { booleanOrNull, countOrNull, integerOrNull, textOrNull } from '../fields.ts'
import type { Read } from '../read.ts'

const tunnel = z
  .object({
    tunnel: textOrNull,
    connectionStatus: textOrNull,
    ingressBytesTransferred: countOrNull,
    egressBytesTransferred: countOrNull,
  })
  .transform((row) => ({
    name: row.tunnel ?? '',
    status: row.connectionStatus,
    bytesIn: row.ingressBytesTransferred,
    bytesOut: row.egressBytesTransferred,
  }))

/** A connection as GET gives it. Source: Azure Network REST, VirtualNetworkGatewayConnection. */
export const connectionBody = z
  .object({
    properties: z.object({
      connectionStatus: textOrNull,
      routingWeight: integerOrNull,
      expressRouteGatewayBypass: booleanOrNull,
      ingressBytesTransferred: countOrNull,
      egressBytesTransferred: countOrNull,
      tunnelConnectionStatus: z.array(tunnel).nullish(),
    }),
  })
  .transform(
    ({ properties }): ConnectionRow => ({
      connectionStatus: properties.connectionStatus,
      routingWeight: properties.routingWeight,
      fastPath: properties.expressRouteGatewayBypass,
      counters: {
        path: null,
        bytesIn: properties.ingressBytesTransferred,
        bytesOut: properties.egressBytesTransferred,
      },
      tunnels: properties.tunnelConnectionStatus ?? [],
    }),
  )

export async function readConnection({ call, arm, id }: Read): Promise<ConnectionRow[]> {
  return connectionIn(
    await ask(call, () => arm.network.virtualNetworkGatewayConnections.get(id.resourceGroup, id.name)),
  )
}

export function connectionIn(answer: Answer): ConnectionRow[] {
  return [decode(connectionBody, objectOf(bodyOf(answer)))]
}
