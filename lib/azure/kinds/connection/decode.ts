import { z } from 'zod'
import { type ConnectionRow, hubLinkName, isExpressRoute, reachName } from '#lib/contract/index.ts'
import { decodeIgnoringInvalidMembers, decodeRows } from '../../decode/decode.ts'
import { booleanOrNull, countOrNull, describe, integerOrNull, orNothing, textOrNull } from '../../decode/fields.ts'
import { isJsonObject, type Json, type JsonObject } from '../../decode/json.ts'
import { armRow, member } from '../../decode/members.ts'
import { parseInstant } from '../../decode/stated-instant.ts'
import { withUnreadRows, Unread } from '../../decode/unread.ts'
import type { Result } from '../kind.ts'

/** Reports whether any value is set. An object without values is not a tunnel, not even an unnamed one. */
const saysSomething = (row: object): boolean => Object.values(row).some((held) => held !== null && held !== undefined)
const SAYS_NOTHING = 'expected a state, a name or bytes, got none of them'

const tunnel = armRow({
  tunnel: textOrNull,
  connectionStatus: textOrNull,
  ingressBytesTransferred: countOrNull,
  egressBytesTransferred: countOrNull,
  lastConnectionEstablishedUtcTime: textOrNull,
})
  .refine(saysSomething, SAYS_NOTHING)
  .transform((row) => {
    const establishedAt = parseInstant(row.lastConnectionEstablishedUtcTime)
    return {
      name: row.tunnel ?? '',
      status: row.connectionStatus,
      bytesIn: row.ingressBytesTransferred,
      bytesOut: row.egressBytesTransferred,
      ...(establishedAt !== null && { establishedAt }),
    }
  })

/**
 * A connection as GET returns it, with its tunnels undecoded. Source: Azure Network REST,
 * VirtualNetworkGatewayConnection.
 */
const connectionBody = armRow({
  properties: armRow({
    connectionType: textOrNull,
    connectionStatus: textOrNull,
    routingWeight: integerOrNull,
    expressRouteGatewayBypass: booleanOrNull,
    ingressBytesTransferred: countOrNull,
    egressBytesTransferred: countOrNull,
    tunnelConnectionStatus: z.unknown().optional(),
  }),
})

/**
 * Decodes a gateway's connection with its tunnels.
 * @param unread counts tunnels that cannot be read
 */
export function connectionOf(body: JsonObject, unread: Unread): ConnectionRow {
  const { properties } = decodeIgnoringInvalidMembers(connectionBody, body, '', unread).known
  unread.outOf(1)
  const { connectionStatus, routingWeight, expressRouteGatewayBypass, tunnelConnectionStatus } = properties
  const tunnels = namedApart(listed(tunnelConnectionStatus as Json, unread))
  return {
    connectionStatus,
    routingWeight,
    fastPath: expressRouteGatewayBypass,
    counters: { path: null, ...countersIn(properties) },
    tunnels: decodeRows(tunnel, tunnels, 'properties.tunnelConnectionStatus', unread),
  }
}

/**
 * Returns the tunnels of a connection; empty if they are not a list, so that the other values of the connection remain
 * readable.
 */
function listed(tunnels: Json | undefined, unread: Unread): Json[] {
  if (Array.isArray(tunnels)) return tunnels
  if (tunnels !== undefined && tunnels !== null && tunnels !== '') {
    unread.outOf(1)
    unread.leftOut(`properties.tunnelConnectionStatus: expected array, got ${describe(tunnels)}`, tunnels)
  }
  return []
}

/**
 * Returns the byte counters of a connection; null for ExpressRoute connections, for which ARM always returns 0 in both
 * directions. That 0 is not a counter and does not prove that there is no traffic.
 */
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

/** Makes the names of links unique by appending a number to repeated names. */
function apart(links: ConnectionRow['tunnels']): ConnectionRow['tunnels'] {
  const seen = new Map<string, number>()
  return links.map((link) => {
    const count = (seen.get(link.name) ?? 0) + 1
    seen.set(link.name, count)
    return count === 1 ? link : { ...link, name: `${link.name} (${count})` }
  })
}

/**
 * Makes the names of tunnels unique in the same way as {@link apart}, including unreadable ones. ARM names a tunnel
 * after its remote end, and each instance of a gateway has a tunnel to it.
 */
function namedApart(tunnels: readonly Json[]): Json[] {
  const seen = new Map<string, number>()
  return tunnels.map((row) => {
    const name = isJsonObject(row) ? (member(row, 'tunnel') ?? '') : null
    if (!isJsonObject(row) || typeof name !== 'string') return row
    // an unreadable row without a name does not count as an unnamed tunnel
    if (name === '' && !tunnel.safeParse(row).success) return row
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? row : { ...row, tunnel: `${name} (${count})` }
  })
}

const linkState = {
  connectionStatus: textOrNull,
  ingressBytesTransferred: countOrNull,
  egressBytesTransferred: countOrNull,
}
const hubLink = armRow({ name: textOrNull, properties: armRow(linkState) })

/**
 * A connection of a hub's VPN gateway. Each of its links becomes a tunnel; without links the connection itself becomes
 * the tunnel.
 */
const hubConnection = armRow({
  name: textOrNull,
  properties: armRow({ ...linkState, vpnLinkConnections: orNothing(z.array(hubLink)) }),
})
  .refine(({ name, properties }) => name !== null || saysSomething(properties), SAYS_NOTHING)
  .transform(({ name: connection, properties: whole }): ConnectionRow['tunnels'] => {
    const links = whole.vpnLinkConnections ?? []
    const parts = links.length > 0 ? links : [{ name: null, properties: whole }]
    return parts.map(({ name, properties }) => ({
      name: hubLinkName(connection ?? '', name),
      status: properties.connectionStatus,
      bytesIn: properties.ingressBytesTransferred,
      bytesOut: properties.egressBytesTransferred,
    }))
  })

/** A hub's VPN gateway as GET returns it. */
export const gatewayBody = armRow({
  properties: armRow({ connections: orNothing(z.array(z.custom<Json>(() => true))) }),
})

/**
 * Decodes the links of all connections of a hub's VPN gateway as tunnels of a single row. Source: Azure Network REST,
 * VpnGateway.
 */
export function hubLinksIn(connections: readonly Json[]): Result<ConnectionRow[]> {
  const unread = new Unread()
  const links = decodeRows(hubConnection, connections, 'properties.connections', unread).flat()
  return withUnreadRows([{ ...NO_CONNECTION, tunnels: apart(links) }], unread)
}

/** Empty values of a connection, for rows that contain only a list of tunnels. */
const NO_CONNECTION = {
  connectionStatus: null,
  routingWeight: null,
  fastPath: null,
  counters: { path: null, bytesIn: null, bytesOut: null },
} as const

/**
 * A Global Reach connection in either of its lists, with a row for each IP version that it carries. While Azure changes
 * the connection, the provisioning state replaces its status, which is then meaningless. Source: Azure Network REST,
 * ExpressRouteCircuitConnection and PeerExpressRouteCircuitConnection.
 */
const reachRow = armRow({
  name: textOrNull,
  properties: armRow({
    connectionName: textOrNull,
    circuitConnectionStatus: textOrNull,
    provisioningState: textOrNull,
    ipv6CircuitConnectionConfig: orNothing(armRow({ circuitConnectionStatus: textOrNull })),
  }),
})
  .refine(({ name, properties }) => name !== null || saysSomething(properties), SAYS_NOTHING)
  .transform(({ name, properties }): ConnectionRow['tunnels'] => {
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

/**
 * Decodes a list of Global Reach connections as tunnels of a single row, like a gateway's connection with its tunnels.
 */
export function reachIn(rows: readonly Json[]): Result<ConnectionRow[]> {
  const unread = new Unread()
  return withUnreadRows([{ ...NO_CONNECTION, tunnels: decodeRows(reachRow, rows, 'value', unread).flat() }], unread)
}
