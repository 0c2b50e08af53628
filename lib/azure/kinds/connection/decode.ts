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
      tunnels: namedApart(properties.tunnelConnectionStatus ?? []),
    }),
  )

/** ARM names a tunnel by its far end, and each instance of a gateway has one to it: further ones of a name are counted. */
function namedApart(tunnels: ConnectionRow['tunnels']): ConnectionRow['tunnels'] {
  const seen = new Map<string, number>()
  return tunnels.map((row) => {
    const count = (seen.get(row.name) ?? 0) + 1
    seen.set(row.name, count)
    return count === 1 ? row : { ...row, name: `${row.name} (${count})` }
  })
}
