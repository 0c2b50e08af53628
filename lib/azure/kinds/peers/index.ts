import { polledGatewayTypes } from '#lib/contract/index.ts'
import { decodeRows } from '../../decode.ts'
import { type KindDefinition, tableKind, wholeResource } from '../kind.ts'
import { peerRow, peerTable } from './decode.ts'

/** BGP peers of a virtual network gateway, as its instances report them. */
export const peers: KindDefinition<'peers'> = {
  types: polledGatewayTypes,
  actions: ['Microsoft.Network/virtualNetworkGateways/getBgpPeerStatus/action'],
  interval: 'sessionsMs',
  subresources: wholeResource,
  ...tableKind(
    'sessions',
    ({ arm, id }, options) => arm.network.virtualNetworkGateways.getBgpPeerStatus(id.resourceGroup, id.name, options),
    ({ rows, at }) => peerTable(decodeRows(peerRow, rows, at)),
  ),
}
