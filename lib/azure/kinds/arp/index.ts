import { type ArpRow, armTypes } from '#lib/contract/index.ts'
import { decodeRows } from '../../decode/decode.ts'
import type { Table } from '../../call/long-running.ts'
import { addressKey, distinct, sortedBy } from '../../order.ts'
import { type KindDefinition, tableKind } from '../kind.ts'
import { pathSubresources, readPathSubresource } from '../path-subresource.ts'
import { arpRow } from './decode.ts'

/** The ARP table of one path of a circuit's peering. */
export const arp: KindDefinition<'arp'> = {
  types: [armTypes.circuit],
  actions: ['Microsoft.Network/expressRouteCircuits/peerings/arpTables/*'],
  interval: 'circuitsMs',
  subresources: pathSubresources,
  ...tableKind(
    'tables',
    ({ arm, id, subresource }, options) => {
      const { peering, path } = readPathSubresource(subresource, 'arp')
      return arm.network.expressRouteCircuits.listArpTable(id.resourceGroup, id.name, peering, path, options)
    },
    arpIn,
  ),
}

function arpIn({ rows, at, unread }: Table): ArpRow[] {
  const single = distinct(
    decodeRows(arpRow, rows, at, unread),
    (row) => `${row.interface}~${row.ipAddress}`,
    (a, b) => Number(b.macAddress !== null) - Number(a.macAddress !== null),
  )
  return sortedBy(single, (row) => `${addressKey(row.ipAddress)}~${row.interface}`)
}
