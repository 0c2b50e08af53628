import { canonicalAddress } from '#lib/bgp/index.ts'
import { armTypes, type ArpRow } from '#lib/contract/index.ts'
import { decodeRows } from '../decode/decode.ts'
import type { AnsweredTable } from '../call/long-running.ts'
import { integerOrNull, textField, textOrNull } from '../decode/fields.ts'
import { armRow } from '../decode/members.ts'
import { addressSortKey, distinct, sortedBy } from '../order.ts'
import { pathRequest, pathCommand } from './by-hand.ts'
import { type KindDefinition, tableKind } from './kind.ts'
import { pathSubresources, readPathSubresource } from './path-subresource.ts'

/**
 * An address in a router's output, converted to canonical text. An invalid address is kept as it is, so that its ARP
 * entry is not lost.
 */
const printedAddress = textField.transform((printed) => canonicalAddress(printed) ?? printed)

/** Schema of a row of arpTables. Source: Azure Network REST, ExpressRouteCircuitArpTable. */
export const arpRow = armRow({
  age: integerOrNull,
  interface: textField,
  ipAddress: printedAddress,
  macAddress: textOrNull,
}).transform(
  ({ age, macAddress, ...row }): ArpRow => ({
    ...row,
    ageMinutes: age,
    macAddress: macAddress === null || /^incomplete$/i.test(macAddress.trim()) ? null : macAddress.trim(),
  }),
)

/** Polls the ARP table of one path (primary or secondary) of a circuit's peering. */
export const arp: KindDefinition<'arp'> = {
  types: [armTypes.circuit],
  actions: ['Microsoft.Network/expressRouteCircuits/peerings/arpTables/*'],
  command: pathCommand('list-arp-tables'),
  putOff: 'first',
  interval: 'circuitsMs',
  subresources: pathSubresources,
  plainRequest: pathRequest('arpTables'),
  ...tableKind(
    'tables',
    ({ arm, id, subresource }, options) => {
      const { peering, path } = readPathSubresource(subresource, 'arp')
      return arm.network.expressRouteCircuits.listArpTable(id.resourceGroup, id.name, peering, path, options)
    },
    arpIn,
  ),
}

function arpIn({ rows, at, unread }: AnsweredTable): ArpRow[] {
  const single = distinct(
    decodeRows(arpRow, rows, at, unread),
    (row) => `${row.interface}~${row.ipAddress}`,
    (a, b) => Number(b.macAddress !== null) - Number(a.macAddress !== null),
  )
  return sortedBy(single, (row) => `${addressSortKey(row.ipAddress)}~${row.interface}`)
}
