import { z } from 'zod'
import type { ConnectionRow } from '#lib/contract/index.ts'
import { booleanOrNull, countOrNull, integerOrNull, textOrNull } from '../../fields.ts'

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
