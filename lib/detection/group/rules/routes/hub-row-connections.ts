import { type AsPath, formatAsPath, MSEE_ASN, removeLeadingAsns } from '#lib/bgp/index.ts'
import { parseHubRowNextHop } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { DetectionContext } from '../../../model/context.ts'
import { listHubConnectionPolls } from '../../facts/last-answer.ts'
import type {
  PrefixWithRoutesBeforeAndAfter,
  HubConnectionRoute,
  GatewayRouteTableRow,
  RoutesOfChangedPrefixes,
} from '../../../model/route.ts'
import { findGatewayOfHubRow, formatHubRowPeer, type HubNode } from '../../../model/topology.ts'

/**
 * Time in ms for which a route that a connection has lost still counts as a route of this connection, because the hub's
 * table may still contain it.
 */
const RECENT_MS = 10 * MS_PER_MINUTE

/**
 * Adds the connection to each changed row of a hub's table, as far as the tables of the connections show it. In Azure's
 * rows only the gateway is named. A row belongs to a connection if the table of this connection, and no other, contains
 * the prefix with the same AS path (ADR 0370). The rows of a prefix over one gateway get their connections together or
 * not at all, because a row without a connection would look like another path.
 */
export function nameHubRows(
  context: DetectionContext,
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
  { covering, connectionRoutes = [] }: RoutesOfChangedPrefixes,
): PrefixWithRoutesBeforeAndAfter[] {
  const { topology, mark } = context
  const hub = topology.hubs?.find(({ scope }) => scope === mark.scope)
  if (!hub) return [...moved]
  const routesTo = Map.groupBy(connectionRoutes, ({ prefix }) => prefix)
  const gateways = findGatewaysWithReadConnections(context, hub)
  // Only connections that propagate to a custom table bring its routes.
  const isOwn = ({ gateway, connection }: HubConnectionRoute) =>
    !hub.table || hub.connections?.[gateway]?.includes(connection) === true
  const since = (mark.previousOkAt ?? mark.startedAt) - RECENT_MS
  const gatewayOf = ({ peer }: GatewayRouteTableRow) =>
    peer === null ? null : findGatewayOfHubRow(topology, hub.scope, peer)
  return moved.map(({ prefix, before, after }) => {
    const [was, is] = [before.map((row) => nameGateway(hub, row)), after.map((row) => nameGateway(hub, row))]
    const routes = (routesTo.get(prefix) ?? []).filter(isOwn)
    const connectionOf = (row: GatewayRouteTableRow) => {
      const gateway = gatewayOf(row)
      return gateway !== null && gateways.has(gateway) ? findConnection(row, gateway, routes, since) : null
    }
    // If the prefix has no row any more, a row of a shorter prefix carries its addresses, and the connection of that
    // row is not known.
    const instead = after.length > 0 ? [] : (covering[prefix] ?? [])
    const unnamed = new Set([
      ...[...was, ...is].flatMap((row) => (connectionOf(row) === null ? (gatewayOf(row) ?? []) : [])),
      ...instead.flatMap((row) => gatewayOf(row) ?? []),
    ])
    const named = (row: GatewayRouteTableRow): GatewayRouteTableRow => {
      const connection = unnamed.has(gatewayOf(row) ?? '') ? null : connectionOf(row)
      return connection === null || row.peer === null ? row : { ...row, peer: formatHubRowPeer(row.peer, connection) }
    }
    return { prefix, before: was.map(named), after: is.map(named) }
  })
}

/**
 * Returns a row with the gateway over which it leads, if Azure names only its kind. A hub has at most one gateway of each
 * kind. Source: Azure documentation, "View virtual hub effective routes", next hop type.
 */
function nameGateway({ gateways }: HubNode, row: GatewayRouteTableRow): GatewayRouteTableRow {
  const to = row.peer === null ? parseHubRowNextHop(row) : null
  const [peer, ...others] = Object.keys(gateways).filter((key) =>
    to?.name === null ? key.startsWith(`${to.kind}/`) : to && key === `${to.kind}/${to.name}`,
  )
  return peer === undefined || others.length > 0 ? row : { ...row, peer }
}

/** Reports whether a row of a hub's table leads over a gateway, by Azure's type of the next hop. */
export const isHubRowOverGateway = ({ origin }: Pick<GatewayRouteTableRow, 'origin'>): boolean =>
  parseHubRowNextHop({ peer: null, origin }) !== null

/**
 * Returns the gateways of a hub that have several connections, if the table of each connection was polled at least
 * once. If the routes of one connection are unknown, this connection may have brought a row. For a custom table, one
 * connection is enough, because the gateway may have further connections that do not propagate to the table.
 */
function findGatewaysWithReadConnections(
  context: DetectionContext,
  { connections = {}, table }: HubNode,
): ReadonlySet<string> {
  const polls = listHubConnectionPolls(context).filter(({ at }) => at !== null)
  const read = new Set(polls.map(({ gateway, connection }) => `${gateway} ${connection}`))
  return new Set(
    Object.entries(connections).flatMap(([gateway, names]) =>
      names.length > (table ? 0 : 1) && names.every((name) => read.has(`${gateway} ${name}`)) ? gateway : [],
    ),
  )
}

/**
 * Returns the connection of a gateway that brought a row of the hub's table; null if its AS path belongs to several
 * connections or to none. The tables of a hub and of its connections are polled at different times, so routes that a
 * connection lost recently count like current ones.
 */
function findConnection(
  row: GatewayRouteTableRow,
  gateway: string,
  routes: readonly HubConnectionRoute[],
  since: number,
): string | null {
  const path = formatCustomerPath(row)
  const own = routes.filter((route) => route.gateway === gateway && formatCustomerPath(route) === path)
  const recent = own.filter(({ until }) => until === null || until >= since)
  const [only = null, ...others] = new Set((recent.length > 0 ? recent : own).map(({ connection }) => connection))
  return others.length > 0 ? null : only
}

/** Returns an AS path without Microsoft's own ASN in front, which the two tables may repeat differently. */
const formatCustomerPath = (path: AsPath): string => formatAsPath(removeLeadingAsns(path, (asn) => asn === MSEE_ASN))
