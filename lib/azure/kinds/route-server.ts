import { armTypes, owningResource, parseArmId, type RouteRow } from '#lib/contract/index.ts'
import { decodeConfig } from '../config/index.ts'
import { isInVirtualWan } from '../config/network.ts'
import { decodeRows } from '../decode.ts'
import type { Table } from '../long-running.ts'
import type { Read } from '../read.ts'
import type { PlannedResource } from './kind.ts'
import { peerRouteRow, routeTable } from './route-tables.ts'

/** A virtual hub outside any Virtual WAN. */
export const isRouteServer = ({ type, config }: PlannedResource): boolean =>
  type === armTypes.virtualHub && !isInVirtualWan(config)

/** A BGP connection of a Route Server, whose tables can be read; that of a hub stands in one of the hub's networks. */
export function isRouteServerPeer({ type, config }: PlannedResource): boolean {
  return (
    type === armTypes.hubBgpConnection && decodeConfig(armTypes.hubBgpConnection, config).networkConnection === null
  )
}

/** What runs the operations of a Route Server's peers, as ARM id. */
export const routeServerOf = ({ resourceId }: Pick<PlannedResource, 'resourceId'>): string => owningResource(resourceId)

/** What the SDK names a peer by. */
export function peerOf({
  id,
  resourceId,
}: Pick<Read, 'id' | 'resourceId'>): [group: string, hub: string, peer: string] {
  return [id.resourceGroup, parseArmId(owningResource(resourceId))?.name ?? '', id.name]
}

/** The routes of one peer, by instance of the Route Server (`RouteServiceRole_IN_0`). */
export const peerRoutesIn = ({ rows, at }: Table): RouteRow[] => routeTable(decodeRows(peerRouteRow, rows, at))
