import {
  armTypes,
  type GatewayConfig,
  isSessionGatewayType,
  getTopLevelResourceId,
  parseArmId,
  type RouteRow,
  getReasonWithoutBgp,
} from '#lib/contract/index.ts'
import { decodeResourceConfig } from '../config/decode-config.ts'
import { hasBgpConnections } from '../config/hub.ts'
import { isInVirtualWan } from '../config/network.ts'
import { decodeRowsWithSchema } from '../decode/decode.ts'
import type { OperationRows } from '../call/long-running.ts'
import type { PollInput } from '../poll-input.ts'
import type { PlannedResource } from './kind.ts'
import { peerRouteRowSchema, normalizeRouteTable } from './route-tables.ts'

/**
 * Reports whether a resource is a virtual hub that has BGP peers. This is a Route Server (in ARM a hub outside any
 * Virtual WAN), or a hub with BGP connections.
 */
export const hasHubBgpPeers = ({ type, config }: PlannedResource): boolean =>
  type === armTypes.virtualHub && (!isInVirtualWan(config) || hasBgpConnections(config))

/** Reports whether the BGP peers and routes of a gateway are polled. They are not if the gateway does not use BGP. */
export function isGatewayBgpPolled({ type, config, hasBgpConnection = false }: PlannedResource): boolean {
  const gateway = isSessionGatewayType(type) ? decodeResourceConfig(type, config) : null
  if (gateway?.resource !== 'gateway') return false
  if (type === armTypes.vpnGateway) return hasBranchesWithBgp(gateway)
  return getReasonWithoutBgp(gateway, hasBgpConnection) === null
}

/** Reports whether a link of a hub's VPN gateway uses BGP, or may use it because ARM does not report the setting. */
const hasBranchesWithBgp = ({ hubConnections }: GatewayConfig): boolean =>
  hubConnections.some(({ links }) => links.some(({ bgp }) => bgp !== false))

/** Returns the keys (`normalizeArmId`) of the gateways that have a connection with BGP. */
export function listBgpConnectionGateways(resources: readonly PlannedResource[]): ReadonlySet<string> {
  return new Set(
    resources.flatMap(({ type, config }) => {
      const connection = type === armTypes.connection ? decodeResourceConfig(type, config) : null
      return connection?.resource === 'connection' && connection.bgp === true ? connection.gatewayKeys : []
    }),
  )
}

/**
 * Returns the ARM ID of the hub or Route Server that contains a BGP peer. Diagnostic operations about the peer run on
 * it.
 */
export const getHubIdOfPeer = ({ resourceId }: Pick<PlannedResource, 'resourceId'>): string =>
  getTopLevelResourceId(resourceId)

/** Returns the three names that the SDK's methods need for a BGP peer. */
export function getHubPeerNames({
  id,
  resourceId,
}: Pick<PollInput, 'id' | 'resourceId'>): [group: string, hub: string, peer: string] {
  return [id.resourceGroup, parseArmId(getTopLevelResourceId(resourceId))?.name ?? '', id.name]
}

/**
 * Decodes the routes of one BGP peer. `instance` of each route is the instance of the hub's router, for example
 * `RouteServiceRole_IN_0`.
 */
export const decodePeerRoutes = ({ rows, at, unread }: OperationRows): RouteRow[] =>
  normalizeRouteTable(decodeRowsWithSchema(peerRouteRowSchema, rows, at, unread))
