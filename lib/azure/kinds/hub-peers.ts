import {
  armTypes,
  isPolledGatewayType,
  owningResource,
  parseArmId,
  type RouteRow,
  whyWithoutBgp,
} from '#lib/contract/index.ts'
import { decodeConfig } from '../config/decode-config.ts'
import { hasBgpConnections } from '../config/hub.ts'
import { isInVirtualWan } from '../config/network.ts'
import { decodeRows } from '../decode/decode.ts'
import type { AnsweredTable } from '../call/long-running.ts'
import type { Read } from '../read.ts'
import type { PlannedResource } from './kind.ts'
import { peerRouteRow, routeTable } from './route-tables.ts'

/** A virtual hub that has BGP peers: a Route Server, which is a hub outside any Virtual WAN, and of others those that have a BGP connection. */
export const isHubWithPeers = ({ type, config }: PlannedResource): boolean =>
  type === armTypes.virtualHub && (!isInVirtualWan(config) || hasBgpConnections(config))

/** A virtual network gateway that has peers and routes of BGP to report: a VPN gateway without BGP has none. */
export function isAskedForBgp({ type, config, hasBgpConnection = false }: PlannedResource): boolean {
  const gateway = isPolledGatewayType(type) ? decodeConfig(type, config) : null
  return gateway?.resource === 'gateway' && whyWithoutBgp(gateway, hasBgpConnection) === null
}

/** Keys (`armKey`) of the gateways of which a connection has BGP. */
export function gatewaysOfBgpConnections(resources: readonly PlannedResource[]): ReadonlySet<string> {
  return new Set(
    resources.flatMap(({ type, config }) => {
      const connection = type === armTypes.connection ? decodeConfig(type, config) : null
      return connection?.resource === 'connection' && connection.bgp === true ? connection.gatewayKeys : []
    }),
  )
}

/** What runs the operations of a BGP peer of a Route Server or a hub, as ARM id. */
export const hubOfPeer = ({ resourceId }: Pick<PlannedResource, 'resourceId'>): string => owningResource(resourceId)

/** What the SDK names a peer by. */
export function peerOf({
  id,
  resourceId,
}: Pick<Read, 'id' | 'resourceId'>): [group: string, hub: string, peer: string] {
  return [id.resourceGroup, parseArmId(owningResource(resourceId))?.name ?? '', id.name]
}

/** The routes of one peer, by instance of the hub's router (`RouteServiceRole_IN_0`). */
export const peerRoutesIn = ({ rows, at, unread }: AnsweredTable): RouteRow[] =>
  routeTable(decodeRows(peerRouteRow, rows, at, unread))
