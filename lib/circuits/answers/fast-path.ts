import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  normalizeArmId,
  armTypes,
  type EpochMs,
  isConfigKnownEffective,
  getNetworkPeeringState,
} from '#lib/contract/index.ts'
import type { FastPath } from '../api/index.ts'
import type { GatewayRouteTable, GatewayToEncode } from '#lib/gateways/api/index.ts'
import { readResourcePage } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { judgeFastPath, type FastPathFacts } from '../rules/index.ts'
import { readFastPathRoutes } from './fast-path-routes.ts'
import type { GatewayResource, EstateTopology } from '#lib/questions/index.ts'

type OfNetwork = Pick<FastPathFacts, 'region' | 'hasUserRoutes' | 'hasIpv6' | 'peered'>

/**
 * Returns for each ExpressRoute connection of a gateway the limits of FastPath, and the traffic that passes the gateway
 * in spite of FastPath; by connection ID.
 */
export async function readFastPaths(
  q: SqlExecutor,
  topology: EstateTopology,
  {
    gateway,
    view,
    table,
    now,
  }: { gateway: GatewayResource; view: GatewayToEncode; table: GatewayRouteTable | null; now: EpochMs },
): Promise<Map<string, FastPath>> {
  if (gateway.config.kind !== 'expressRoute') return new Map()
  const network = await ofNetwork(q, gateway, table)
  const counted = await readFastPathRoutes(q, topology, now)
  return new Map(
    view.connections
      .filter(({ ipsec }) => ipsec === null)
      .map((connection) => [
        connection.id,
        judgeFastPath({
          on: isConfigKnownEffective(connection) ? connection.fastPath : null,
          sku: view.sku.name,
          units: view.scaleUnits?.least ?? null,
          ...(counted.get(connection.circuitId ?? '') ?? NOTHING_KNOWN),
          ...network,
        }),
      ]),
  )
}

/** Values for a circuit whose subscription is not polled. All of them are unknown. */
const NOTHING_KNOWN = { direct: null, portGbps: null, routes: null }

/** Returns the facts about the gateway's virtual network, and about the peered networks that use the gateway. */
async function ofNetwork(
  q: SqlExecutor,
  { config, resource }: GatewayResource,
  table: GatewayRouteTable | null,
): Promise<OfNetwork> {
  const unknown: OfNetwork = { region: resource.location, hasUserRoutes: null, hasIpv6: null, peered: [] }
  if (config.networkKey === null) return unknown
  const networks = await readResourcePage(q, { types: [armTypes.virtualNetwork] })
  const byKey = new Map(networks.map((network) => [normalizeArmId(network.resourceId), network]))
  const own = byKey.get(config.networkKey)
  const decoded = own && decodeResourceConfig(own.type, own.config)
  if (decoded?.resource !== 'network') return unknown
  const peered = decoded.peerings.filter(
    ({ state, allowGatewayTransit }) => getNetworkPeeringState(state) === 'connected' && allowGatewayTransit === true,
  )
  return {
    region: own?.location ?? resource.location,
    hasUserRoutes: table === null ? false : table.routes && table.routes.length > 0,
    hasIpv6: decoded.addressPrefixes.some((space) => space.includes(':')),
    peered: peered.map(({ remoteName, remoteKey }) => ({
      name: remoteName,
      region: (remoteKey !== null && byKey.get(remoteKey)?.location) || null,
    })),
  }
}
