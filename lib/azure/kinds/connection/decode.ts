import { z } from 'zod'
import { type ConnectionRow, hubLinkName, isExpressRoute, reachName } from '#lib/contract/index.ts'
import { decodeRows } from '../../decode.ts'
import { booleanOrNull, countOrNull, integerOrNull, textOrNull } from '../../fields.ts'
import type { Json } from '../../json.ts'
import { armRow } from '../../members.ts'
import { statedInstant } from '../../stated-instant.ts'

const tunnel = armRow({
  tunnel: textOrNull,
  connectionStatus: textOrNull,
  ingressBytesTransferred: countOrNull,
  egressBytesTransferred: countOrNull,
  lastConnectionEstablishedUtcTime: textOrNull,
}).transform((row) => {
  const establishedAt = statedInstant(row.lastConnectionEstablishedUtcTime)
  return {
    name: row.tunnel ?? '',
    status: row.connectionStatus,
    bytesIn: row.ingressBytesTransferred,
    bytesOut: row.egressBytesTransferred,
    ...(establishedAt !== null && { establishedAt }),
  }
})

/** A connection as GET gives it. Source: Azure Network REST, VirtualNetworkGatewayConnection. */
export const connectionBody = armRow({
  properties: armRow({
    connectionType: textOrNull,
    connectionStatus: textOrNull,
    routingWeight: integerOrNull,
    expressRouteGatewayBypass: booleanOrNull,
    ingressBytesTransferred: countOrNull,
    egressBytesTransferred: countOrNull,
    tunnelConnectionStatus: z.array(tunnel).nullish(),
  }),
}).transform(
  ({ properties }): ConnectionRow => ({
    connectionStatus: properties.connectionStatus,
    routingWeight: properties.routingWeight,
    fastPath: properties.expressRouteGatewayBypass,
    counters: { path: null, ...countersIn(properties) },
    tunnels: namedApart(properties.tunnelConnectionStatus ?? []),
  }),
)

/** ARM prints 0 for both directions of every ExpressRoute connection: no counter, and no proof that nothing passes. */
function countersIn({
  connectionType: type,
  ingressBytesTransferred,
  egressBytesTransferred,
}: {
  connectionType: string | null
  ingressBytesTransferred: bigint | null
  egressBytesTransferred: bigint | null
}): Omit<ConnectionRow['counters'], 'path'> {
  if (isExpressRoute({ type })) return { bytesIn: null, bytesOut: null }
  return { bytesIn: ingressBytesTransferred, bytesOut: egressBytesTransferred }
}

/** ARM names a tunnel by its far end, and each instance of a gateway has one to it: further ones of a name are counted. */
function namedApart(tunnels: ConnectionRow['tunnels']): ConnectionRow['tunnels'] {
  const seen = new Map<string, number>()
  return tunnels.map((row) => {
    const count = (seen.get(row.name) ?? 0) + 1
    seen.set(row.name, count)
    return count === 1 ? row : { ...row, name: `${row.name} (${count})` }
  })
}

const linkState = {
  connectionStatus: textOrNull,
  ingressBytesTransferred: countOrNull,
  egressBytesTransferred: countOrNull,
}
const hubLink = armRow({ name: textOrNull, properties: armRow(linkState) })

/** A connection of a hub's VPN gateway: a row for each of its links, which are its tunnels; without any the connection itself. */
const hubConnection = armRow({
  name: textOrNull,
  properties: armRow({ ...linkState, vpnLinkConnections: z.array(hubLink).nullish() }),
}).transform(({ name: connection, properties: whole }): ConnectionRow['tunnels'] => {
  const links = whole.vpnLinkConnections ?? []
  const parts = links.length > 0 ? links : [{ name: null, properties: whole }]
  return parts.map(({ name, properties }) => ({
    name: hubLinkName(connection ?? '', name),
    status: properties.connectionStatus,
    bytesIn: properties.ingressBytesTransferred,
    bytesOut: properties.egressBytesTransferred,
  }))
})

/** A hub's VPN gateway as GET gives it. */
export const gatewayBody = armRow({
  properties: armRow({ connections: z.array(z.custom<Json>(() => true)).nullish() }),
})

/** The links of all connections of a hub's VPN gateway: one row, whose tunnels they are. Source: Azure Network REST, VpnGateway. */
export const hubLinksIn = (connections: readonly Json[]): ConnectionRow[] => [
  { ...NO_CONNECTION, tunnels: namedApart(decodeRows(hubConnection, connections).flat()) },
]

/** What lists of tunnels have beside them: nothing of a connection itself. */
const NO_CONNECTION = {
  connectionStatus: null,
  routingWeight: null,
  fastPath: null,
  counters: { path: null, bytesIn: null, bytesOut: null },
} as const

/**
 * A Global Reach connection in either of its lists: a row for each IP version that it carries. While Azure changes it, its status says
 * nothing. Source: Azure Network REST, ExpressRouteCircuitConnection and PeerExpressRouteCircuitConnection.
 */
const reachRow = armRow({
  name: textOrNull,
  properties: armRow({
    connectionName: textOrNull,
    circuitConnectionStatus: textOrNull,
    provisioningState: textOrNull,
    ipv6CircuitConnectionConfig: armRow({ circuitConnectionStatus: textOrNull }).nullish(),
  }),
}).transform(({ name, properties }): ConnectionRow['tunnels'] => {
  const own = properties.connectionName ?? name ?? ''
  const isChanging = properties.provisioningState !== null && !/^succeeded$/i.test(properties.provisioningState)
  const row = (family: 4 | 6, status: string | null) => ({
    name: reachName(own, family),
    status: isChanging ? properties.provisioningState : status,
    bytesIn: null,
    bytesOut: null,
  })
  const ipv6 = properties.ipv6CircuitConnectionConfig
  return [row(4, properties.circuitConnectionStatus), ...(ipv6 ? [row(6, ipv6.circuitConnectionStatus)] : [])]
})

/** A list of Global Reach connections: one row, as of a gateway's connection with its tunnels. */
export const reachIn = (rows: readonly Json[]): ConnectionRow[] => [
  { ...NO_CONNECTION, tunnels: decodeRows(reachRow, rows).flat() },
]
