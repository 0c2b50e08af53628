import { z } from 'zod'
import { type ConnectionRow, hubLinkName, isExpressRoute, reachName } from '#lib/contract/index.ts'
import { decodeIgnoringInvalidMembers, decodeRows } from '../../decode/decode.ts'
import { booleanOrNull, countOrNull, describe, integerOrNull, orNothing, textOrNull } from '../../decode/fields.ts'
import { isJsonObject, type Json, type JsonObject } from '../../decode/json.ts'
import { armRow, member } from '../../decode/members.ts'
import { statedInstant } from '../../decode/stated-instant.ts'
import { partly, Unread } from '../../decode/unread.ts'
import type { Result } from '../kind.ts'

/** What says nothing is no tunnel, and not one without a name. */
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
    const establishedAt = statedInstant(row.lastConnectionEstablishedUtcTime)
    return {
      name: row.tunnel ?? '',
      status: row.connectionStatus,
      bytesIn: row.ingressBytesTransferred,
      bytesOut: row.egressBytesTransferred,
      ...(establishedAt !== null && { establishedAt }),
    }
  })

/** A connection as GET gives it, its tunnels as they came. Source: Azure Network REST, VirtualNetworkGatewayConnection. */
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

/** A gateway's connection with its tunnels. @param unread counts tunnels that can't be read */
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

/** A connection says what it says, whatever stands in the place of its tunnels. */
function listed(tunnels: Json | undefined, unread: Unread): Json[] {
  if (Array.isArray(tunnels)) return tunnels
  if (tunnels !== undefined && tunnels !== null && tunnels !== '') {
    unread.outOf(1)
    unread.leftOut(`properties.tunnelConnectionStatus: expected array, got ${describe(tunnels)}`, tunnels)
  }
  return []
}

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

/** Further ones of a name are counted. */
function apart(links: ConnectionRow['tunnels']): ConnectionRow['tunnels'] {
  const seen = new Map<string, number>()
  return links.map((link) => {
    const count = (seen.get(link.name) ?? 0) + 1
    seen.set(link.name, count)
    return count === 1 ? link : { ...link, name: `${link.name} (${count})` }
  })
}

/** ARM names a tunnel by its far end, and each instance of a gateway has one to it: as {@link apart}, those that can't be read among them. */
function namedApart(tunnels: readonly Json[]): Json[] {
  const seen = new Map<string, number>()
  return tunnels.map((row) => {
    const name = isJsonObject(row) ? (member(row, 'tunnel') ?? '') : null
    if (!isJsonObject(row) || typeof name !== 'string') return row
    // what names nothing and can't be read is none of those without a name
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

/** A connection of a hub's VPN gateway: a row for each of its links, which are its tunnels; without any the connection itself. */
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

/** A hub's VPN gateway as GET gives it. */
export const gatewayBody = armRow({
  properties: armRow({ connections: orNothing(z.array(z.custom<Json>(() => true))) }),
})

/** The links of all connections of a hub's VPN gateway: one row, whose tunnels they are. Source: Azure Network REST, VpnGateway. */
export function hubLinksIn(connections: readonly Json[]): Result<ConnectionRow[]> {
  const unread = new Unread()
  const links = decodeRows(hubConnection, connections, 'properties.connections', unread).flat()
  return partly([{ ...NO_CONNECTION, tunnels: apart(links) }], unread)
}

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

/** A list of Global Reach connections: one row, as of a gateway's connection with its tunnels. */
export function reachIn(rows: readonly Json[]): Result<ConnectionRow[]> {
  const unread = new Unread()
  return partly([{ ...NO_CONNECTION, tunnels: decodeRows(reachRow, rows, 'value', unread).flat() }], unread)
}
