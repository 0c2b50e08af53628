import type { PeerRow, RouteRow } from '#lib/contract/index.ts'
import { decodeRows } from '../decode.ts'
import { longRunningRows } from '../long-running.ts'
import { type Read, unsupported } from '../read.ts'
import { peerRow, peerTable } from './peers.ts'
import { gatewayRouteRow, routeTable } from './routes.ts'

/** BGP peers of a virtual network gateway, as its instances see them. */
export async function readPeers({ call, arm, id }: Read): Promise<PeerRow[]> {
  const { rows, at } = await longRunningRows(call, arm, (options) =>
    arm.network.virtualNetworkGateways.getBgpPeerStatus(id.resourceGroup, id.name, options),
  )
  return peerTable(decodeRows(peerRow, rows, at))
}

/** Routes that a gateway's instances learned. */
export async function readLearned({ call, arm, id }: Read): Promise<RouteRow[]> {
  const { rows, at } = await longRunningRows(call, arm, (options) =>
    arm.network.virtualNetworkGateways.getLearnedRoutes(id.resourceGroup, id.name, options),
  )
  return routeTable(decodeRows(gatewayRouteRow, rows, at))
}

/** Routes that a gateway sends to one neighbor, which the target's part names. */
export async function readAdvertised({ call, arm, id, part }: Read): Promise<RouteRow[]> {
  if (part === '') throw unsupported('advertised routes are polled for one neighbor: the part is its address')
  const { rows, at } = await longRunningRows(call, arm, (options) =>
    arm.network.virtualNetworkGateways.getAdvertisedRoutes(id.resourceGroup, id.name, part, options),
  )
  return routeTable(decodeRows(gatewayRouteRow, rows, at))
}
