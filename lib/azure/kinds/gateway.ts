import type { PeerRow, RouteRow } from '#lib/contract/index.ts'
import { decodeRows } from '../decode.ts'
import { longRunningRows, type Table } from '../long-running.ts'
import { type Read, unsupported } from '../read.ts'
import { peerRow, peerTable } from './peers.ts'
import { gatewayRouteRow, routeTable } from './routes.ts'

/** BGP peers of a virtual network gateway, as its instances see them. */
export async function readPeers({ call, arm, id }: Read): Promise<PeerRow[]> {
  return peersIn(
    await longRunningRows(call, arm, (options) =>
      arm.network.virtualNetworkGateways.getBgpPeerStatus(id.resourceGroup, id.name, options),
    ),
  )
}

export const peersIn = ({ rows, at }: Table): PeerRow[] => peerTable(decodeRows(peerRow, rows, at))

/** Routes that a gateway's instances learned. */
export async function readLearned({ call, arm, id }: Read): Promise<RouteRow[]> {
  return gatewayRoutesIn(
    await longRunningRows(call, arm, (options) =>
      arm.network.virtualNetworkGateways.getLearnedRoutes(id.resourceGroup, id.name, options),
    ),
  )
}

export const gatewayRoutesIn = ({ rows, at }: Table): RouteRow[] => routeTable(decodeRows(gatewayRouteRow, rows, at))

/** Routes that a gateway sends to one neighbor, which the target's part names. */
export async function readAdvertised({ call, arm, id, part }: Read): Promise<RouteRow[]> {
  if (part === '') throw unsupported('advertised routes are polled for one neighbor: the part is its address')
  return gatewayRoutesIn(
    await longRunningRows(call, arm, (options) =>
      arm.network.virtualNetworkGateways.getAdvertisedRoutes(id.resourceGroup, id.name, part, options),
    ),
  )
}
