import { z } from 'zod'
import {
  type ConnectionRow,
  buildHubVpnLinkName,
  isExpressRouteConnection,
  formatGlobalReachName,
} from '#lib/contract/index.ts'
import { decodeIgnoringInvalidMembers, decodeRowsWithSchema } from '../../decode/decode.ts'
import {
  armBooleanOrNullSchema,
  armCountOrNullSchema,
  describeType,
  armIntegerOrNullSchema,
  acceptEmptyAsNull,
  armTextOrNullSchema,
} from '../../decode/fields.ts'
import { isJsonObject, type ExactJson, type JsonObject } from '../../decode/json.ts'
import { createArmRowSchema, getArmMember } from '../../decode/members.ts'
import { parseInstant } from '../../decode/parse-instant.ts'
import { buildResultWithUnreadCount, UnreadRowCounter } from '../../decode/unread-row-counter.ts'
import type { KindPollResult } from '../kind.ts'

/** Reports whether any member of an object has a value. An object without any value does not describe a tunnel. */
const saysSomething = (row: object): boolean => Object.values(row).some((held) => held !== null && held !== undefined)
const SAYS_NOTHING = 'expected a state, a name or bytes, got none of them'

const tunnel = createArmRowSchema({
  tunnel: armTextOrNullSchema,
  connectionStatus: armTextOrNullSchema,
  ingressBytesTransferred: armCountOrNullSchema,
  egressBytesTransferred: armCountOrNullSchema,
  lastConnectionEstablishedUtcTime: armTextOrNullSchema,
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
 * Schema of a connection as GET returns it. Its tunnels are decoded separately. Source: Azure Network REST,
 * VirtualNetworkGatewayConnection.
 */
const connectionBody = createArmRowSchema({
  properties: createArmRowSchema({
    connectionType: armTextOrNullSchema,
    connectionStatus: armTextOrNullSchema,
    routingWeight: armIntegerOrNullSchema,
    expressRouteGatewayBypass: armBooleanOrNullSchema,
    ingressBytesTransferred: armCountOrNullSchema,
    egressBytesTransferred: armCountOrNullSchema,
    tunnelConnectionStatus: z.unknown().optional(),
  }),
})

/**
 * Decodes a connection of a gateway and its tunnels.
 * @param unread counts tunnels that cannot be decoded
 */
export function decodeConnectionRow(body: JsonObject, unread: UnreadRowCounter): ConnectionRow {
  const { properties } = decodeIgnoringInvalidMembers(connectionBody, body, '', unread).known
  unread.outOf(1)
  const { connectionStatus, routingWeight, expressRouteGatewayBypass, tunnelConnectionStatus } = properties
  const tunnels = namedApart(listed(tunnelConnectionStatus as ExactJson, unread))
  return {
    connectionStatus,
    routingWeight,
    fastPath: expressRouteGatewayBypass,
    counters: { path: null, ...countersIn(properties) },
    tunnels: decodeRowsWithSchema(tunnel, tunnels, 'properties.tunnelConnectionStatus', unread),
  }
}

/**
 * Returns the tunnels of a connection. If the value is not a list, the result is empty and the error is counted, so
 * that the other values of the connection can still be decoded.
 */
function listed(tunnels: ExactJson | undefined, unread: UnreadRowCounter): ExactJson[] {
  if (Array.isArray(tunnels)) return tunnels
  if (tunnels !== undefined && tunnels !== null && tunnels !== '') {
    unread.outOf(1)
    unread.leftOut(`properties.tunnelConnectionStatus: expected array, got ${describeType(tunnels)}`, tunnels)
  }
  return []
}

/**
 * Returns the byte counters of a connection. They are null for ExpressRoute connections: ARM always returns 0 for them
 * in both directions, which does not mean that there is no traffic.
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
  if (isExpressRouteConnection({ type })) return { bytesIn: null, bytesOut: null }
  return { bytesIn: ingressBytesTransferred, bytesOut: egressBytesTransferred }
}

/** Makes the names of links unique: the second link named `A` becomes `A (2)`. */
function apart(links: ConnectionRow['tunnels']): ConnectionRow['tunnels'] {
  const seen = new Map<string, number>()
  return links.map((link) => {
    const count = (seen.get(link.name) ?? 0) + 1
    seen.set(link.name, count)
    return count === 1 ? link : { ...link, name: `${link.name} (${count})` }
  })
}

/**
 * Makes the names of tunnels unique, as {@link apart} does for links, before the tunnels are decoded. ARM names a
 * tunnel after its remote end, so the tunnels of a gateway's two instances to the same device have the same name.
 */
function namedApart(tunnels: readonly ExactJson[]): ExactJson[] {
  const seen = new Map<string, number>()
  return tunnels.map((row) => {
    const name = isJsonObject(row) ? (getArmMember(row, 'tunnel') ?? '') : null
    if (!isJsonObject(row) || typeof name !== 'string') return row
    // a row without a name is not renamed if it cannot be decoded
    if (name === '' && !tunnel.safeParse(row).success) return row
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? row : { ...row, tunnel: `${name} (${count})` }
  })
}

const linkState = {
  connectionStatus: armTextOrNullSchema,
  ingressBytesTransferred: armCountOrNullSchema,
  egressBytesTransferred: armCountOrNullSchema,
}
const hubLink = createArmRowSchema({ name: armTextOrNullSchema, properties: createArmRowSchema(linkState) })

/**
 * Schema of a connection of a hub's VPN gateway. Each link of the connection becomes a tunnel. If there are no links,
 * the connection itself becomes the tunnel.
 */
const hubConnection = createArmRowSchema({
  name: armTextOrNullSchema,
  properties: createArmRowSchema({ ...linkState, vpnLinkConnections: acceptEmptyAsNull(z.array(hubLink)) }),
})
  .refine(({ name, properties }) => name !== null || saysSomething(properties), SAYS_NOTHING)
  .transform(({ name: connection, properties: whole }): ConnectionRow['tunnels'] => {
    const links = whole.vpnLinkConnections ?? []
    const parts = links.length > 0 ? links : [{ name: null, properties: whole }]
    return parts.map(({ name, properties }) => ({
      name: buildHubVpnLinkName(connection ?? '', name),
      status: properties.connectionStatus,
      bytesIn: properties.ingressBytesTransferred,
      bytesOut: properties.egressBytesTransferred,
    }))
  })

/** Schema of a hub's VPN gateway as GET returns it. */
export const hubVpnGatewaySchema = createArmRowSchema({
  properties: createArmRowSchema({ connections: acceptEmptyAsNull(z.array(z.custom<ExactJson>(() => true))) }),
})

/**
 * Decodes the connections of a hub's VPN gateway. The result has a single row, in which each link of each connection is
 * a tunnel. Source: Azure Network REST, VpnGateway.
 */
export function decodeHubVpnLinks(connections: readonly ExactJson[]): KindPollResult<ConnectionRow[]> {
  const unread = new UnreadRowCounter()
  const links = decodeRowsWithSchema(hubConnection, connections, 'properties.connections', unread).flat()
  return buildResultWithUnreadCount([{ ...NO_CONNECTION, tunnels: apart(links) }], unread)
}

/** Connection values for a row that has only tunnels. */
const NO_CONNECTION = {
  connectionStatus: null,
  routingWeight: null,
  fastPath: null,
  counters: { path: null, bytesIn: null, bytesOut: null },
} as const

/**
 * Schema of a user VPN gateway of a hub as GET returns it. Source: Azure Network REST, P2SVpnGateway and
 * VpnClientConnectionHealth.
 */
const userVpnGatewayBody = createArmRowSchema({
  properties: createArmRowSchema({
    vpnClientConnectionHealth: acceptEmptyAsNull(
      createArmRowSchema({
        // a negative number is not a count, so it is unknown
        vpnClientConnectionsCount: armIntegerOrNullSchema.transform((count) =>
          count !== null && count >= 0 ? count : null,
        ),
        allocatedIpAddresses: acceptEmptyAsNull(z.array(z.unknown())),
        totalIngressBytesTransferred: armCountOrNullSchema,
        totalEgressBytesTransferred: armCountOrNullSchema,
      }),
    ),
  }),
})

/**
 * Decodes the users of a user VPN gateway and their bytes. If ARM does not report them, they are unknown and not 0.
 * @param unread counts members that cannot be decoded
 */
export function decodeUserVpnClients(body: JsonObject, unread: UnreadRowCounter): ConnectionRow {
  const { vpnClientConnectionHealth: health } = decodeIgnoringInvalidMembers(userVpnGatewayBody, body, '', unread).known
    .properties
  unread.outOf(1)
  return {
    ...NO_CONNECTION,
    counters: {
      path: null,
      bytesIn: health?.totalIngressBytesTransferred ?? null,
      bytesOut: health?.totalEgressBytesTransferred ?? null,
    },
    tunnels: [],
    clients: {
      count: health?.vpnClientConnectionsCount ?? null,
      addresses: health?.allocatedIpAddresses?.length ?? null,
    },
  }
}

/**
 * Schema of a Global Reach connection. ARM has two lists of such connections; the schema fits both. It becomes one row
 * for each IP version that the connection uses. While Azure changes a connection, its status is meaningless, so the
 * provisioning state is used instead. Source: Azure Network REST, ExpressRouteCircuitConnection and
 * PeerExpressRouteCircuitConnection.
 */
const reachRow = createArmRowSchema({
  name: armTextOrNullSchema,
  properties: createArmRowSchema({
    connectionName: armTextOrNullSchema,
    circuitConnectionStatus: armTextOrNullSchema,
    provisioningState: armTextOrNullSchema,
    ipv6CircuitConnectionConfig: acceptEmptyAsNull(
      createArmRowSchema({ circuitConnectionStatus: armTextOrNullSchema }),
    ),
  }),
})
  .refine(({ name, properties }) => name !== null || saysSomething(properties), SAYS_NOTHING)
  .transform(({ name, properties }): ConnectionRow['tunnels'] => {
    const own = properties.connectionName ?? name ?? ''
    const isChanging = properties.provisioningState !== null && !/^succeeded$/i.test(properties.provisioningState)
    const row = (family: 4 | 6, status: string | null) => ({
      name: formatGlobalReachName(own, family),
      status: isChanging ? properties.provisioningState : status,
      bytesIn: null,
      bytesOut: null,
    })
    const ipv6 = properties.ipv6CircuitConnectionConfig
    return [row(4, properties.circuitConnectionStatus), ...(ipv6 ? [row(6, ipv6.circuitConnectionStatus)] : [])]
  })

/**
 * Decodes a list of Global Reach connections. The result has a single row. In it, each connection has a tunnel for each
 * IP version that it uses.
 */
export function decodeGlobalReach(rows: readonly ExactJson[]): KindPollResult<ConnectionRow[]> {
  const unread = new UnreadRowCounter()
  return buildResultWithUnreadCount(
    [{ ...NO_CONNECTION, tunnels: decodeRowsWithSchema(reachRow, rows, 'value', unread).flat() }],
    unread,
  )
}
