import { canonicalizeAddress } from '#lib/bgp/index.ts'
import { armTypes, type ArpRow } from '#lib/contract/index.ts'
import { decodeRowsWithSchema } from '../decode/decode.ts'
import type { OperationRows } from '../call/long-running.ts'
import { armIntegerOrNullSchema, armTextSchema, armTextOrNullSchema } from '../decode/fields.ts'
import { createArmRowSchema } from '../decode/members.ts'
import { buildAddressSortKey, removeDuplicates, sortByKey } from '../sort-keys.ts'
import { createPathTableRequest, createPathCommand } from './arm-requests.ts'
import { type KindDefinition, defineTableKind } from './kind.ts'
import { listPathSubresources, parsePathSubresource } from './path-subresource.ts'

/**
 * An address in a router's output, converted to canonical text. An invalid address is kept as it is, so that its ARP
 * entry is not lost.
 */
const printedAddress = armTextSchema.transform((printed) => canonicalizeAddress(printed) ?? printed)

/** Schema of a row of arpTables. Source: Azure Network REST, ExpressRouteCircuitArpTable. */
export const arpRowSchema = createArmRowSchema({
  age: armIntegerOrNullSchema,
  interface: armTextSchema,
  ipAddress: printedAddress,
  macAddress: armTextOrNullSchema,
}).transform(
  ({ age, macAddress, ...row }): ArpRow => ({
    ...row,
    ageMinutes: age,
    macAddress: macAddress === null || /^incomplete$/i.test(macAddress.trim()) ? null : macAddress.trim(),
  }),
)

/** Polls the ARP table of one path (primary or secondary) of a circuit's peering. */
export const arpPollKind: KindDefinition<'arp'> = {
  types: [armTypes.circuit],
  actions: ['Microsoft.Network/expressRouteCircuits/peerings/arpTables/*'],
  command: createPathCommand('list-arp-tables'),
  putOff: 'first',
  interval: 'circuitsMs',
  subresources: listPathSubresources,
  plainRequest: createPathTableRequest('arpTables'),
  ...defineTableKind(
    'tables',
    ({ arm, id, subresource }, options) => {
      const { peering, path } = parsePathSubresource(subresource, 'arp')
      return arm.network.expressRouteCircuits.listArpTable(id.resourceGroup, id.name, peering, path, options)
    },
    arpIn,
  ),
}

function arpIn({ rows, at, unread }: OperationRows): ArpRow[] {
  const single = removeDuplicates(
    decodeRowsWithSchema(arpRowSchema, rows, at, unread),
    (row) => `${row.interface}~${row.ipAddress}`,
    (a, b) => Number(b.macAddress !== null) - Number(a.macAddress !== null),
  )
  return sortByKey(single, (row) => `${buildAddressSortKey(row.ipAddress)}~${row.interface}`)
}
