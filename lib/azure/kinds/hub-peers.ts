import {
  armTypes,
  isPolledGatewayType,
  owningResource,
  parseArmId,
  type RouteRow,
  whyWithoutBgp,
} from '#lib/contract/index.ts'
import { decodeResourceConfig } from '../config/decode-config.ts'
import { hasBgpConnections } from '../config/hub.ts'
import { isInVirtualWan } from '../config/network.ts'
import { decodeRows } from '../decode/decode.ts'
import type { AnsweredTable } from '../call/long-running.ts'
import type { Read } from '../read.ts'
import type { PlannedResource } from './kind.ts'
import { peerRouteRow, routeTable } from './route-tables.ts'

/**
 * Reports whether a resource is a virtual hub that has BGP peers. This is a Route Server (in ARM a hub outside any
 * Virtual WAN), or a hub with BGP connections.
 */
export const isHubWithPeers = ({ type, config }: PlannedResource): boolean =>
  type === armTypes.virtualHub && (!isInVirtualWan(config) || hasBgpConnections(config))

/** Reports whether the BGP peers and routes of a gateway are polled. They are not if the gateway does not use BGP. */
export function isAskedForBgp({ type, config, hasBgpConnection = false }: PlannedResource): boolean {
  const gateway = isPolledGatewayType(type) ? decodeResourceConfig(type, config) : null
  return gateway?.resource === 'gateway' && whyWithoutBgp(gateway, hasBgpConnection) === null
}

/** Returns the keys (`armKey`) of the gateways that have a connection with BGP. */
export function gatewaysOfBgpConnections(resources: readonly PlannedResource[]): ReadonlySet<string> {
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
export const hubOfPeer = ({ resourceId }: Pick<PlannedResource, 'resourceId'>): string => owningResource(resourceId)

/** Returns the three names that the SDK's methods need for a BGP peer. */
export function peerOf({
  id,
  resourceId,
}: Pick<Read, 'id' | 'resourceId'>): [group: string, hub: string, peer: string] {
  return [id.resourceGroup, parseArmId(owningResource(resourceId))?.name ?? '', id.name]
}

/**
 * Decodes the routes of one BGP peer. `instance` of each route is the instance of the hub's router, for example
 * `RouteServiceRole_IN_0`.
 */
export const peerRoutesIn = ({ rows, at, unread }: AnsweredTable): RouteRow[] =>
  routeTable(decodeRows(peerRouteRow, rows, at, unread))
