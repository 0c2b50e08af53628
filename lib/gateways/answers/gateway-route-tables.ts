import { type IpAddress, doesPrefixContainAddress, parsePrefix } from '#lib/bgp/index.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  normalizeArmId,
  armTypes,
  type EpochMs,
  formatUnappliedConfiguration,
  parseArmId,
} from '#lib/contract/index.ts'
import type { GatewayRouteTable } from '../api/index.ts'
import type { RouteLookup } from '#lib/routes/api/index.ts'
import { readResourcePage, type ResourceView } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { GatewayWithNetwork } from './gateway-networks.ts'

interface OfGateway {
  gateway: ResourceView
  table: GatewayRouteTable
}

/**
 * Returns the route table (user-defined routes) of each gateway's GatewaySubnet. A gateway whose subnet has no route
 * table is left out.
 * @param at undefined = now
 */
export async function readGatewayRouteTables(
  q: SqlExecutor,
  gateways: readonly GatewayWithNetwork[],
  at?: EpochMs,
): Promise<OfGateway[]> {
  // Route Servers are left out, because their subnet cannot have a route table.
  const own = gateways.filter(({ gateway }) => gateway.type === armTypes.virtualNetworkGateway)
  if (own.length === 0) return []
  const then = at === undefined ? {} : { at }
  const keys = [...new Set(own.map(({ networkKey }) => networkKey))]
  const networks = await readResourcePage(q, { types: [armTypes.virtualNetwork], keys, ...then })
  const tableOf = new Map(
    networks.flatMap((network) => {
      const config = decodeResourceConfig(network.type, network.config)
      const key = config?.resource === 'network' ? config.gatewayRouteTableKey : null
      return key === null ? [] : [[normalizeArmId(network.resourceId), key] as const]
    }),
  )
  if (tableOf.size === 0) return []
  const tables = await readResourcePage(q, {
    types: [armTypes.routeTable],
    keys: [...new Set(tableOf.values())],
    ...then,
  })
  const byKey = new Map(tables.map((table) => [normalizeArmId(table.resourceId), table]))
  return own.flatMap(({ gateway, networkKey }) => {
    const tableKey = tableOf.get(networkKey)
    return tableKey === undefined ? [] : [{ gateway, table: describeTable(tableKey, byKey.get(tableKey)) }]
  })
}

function describeTable(key: string, table: ResourceView | undefined): GatewayRouteTable {
  const config = table && decodeResourceConfig(table.type, table.config)
  const known = config?.resource === 'routeTable' ? config : null
  return {
    name: table?.name ?? parseArmId(key)?.name ?? key,
    resourceId: table?.resourceId ?? key,
    propagatesBgp: known?.propagatesBgp ?? null,
    routes: known?.routes.map((route) => ({ ...route, nextHop: route.nextHops[0] ?? null })) ?? null,
    unapplied: table && known ? formatUnappliedConfiguration(table.name, known) : null,
  }
}

/** Returns the user-defined routes of GatewaySubnets that cover an address, longest prefix first. */
export function findUserRoutesToAddress(address: IpAddress, tables: readonly OfGateway[]): RouteLookup['userRoutes'] {
  const covering = tables.flatMap(({ gateway, table }) =>
    (table.routes ?? []).flatMap(({ prefix: text, nextHopType, nextHop, nextHops }) => {
      const prefix = parsePrefix(text)
      if (!prefix || !doesPrefixContainAddress(prefix, address)) return []
      const route = {
        scope: gateway.id,
        scopeName: gateway.name,
        routeTable: table.name,
        prefix: text,
        nextHopType,
        nextHop,
        nextHops,
        unapplied: table.unapplied,
      }
      return [{ route, length: prefix.length }]
    }),
  )
  return covering.toSorted((a, b) => b.length - a.length).map(({ route }) => route)
}
