import { armTypes, type SummaryRow } from '#lib/contract/index.ts'
import { decodeRows } from '../../decode/decode.ts'
import type { Table } from '../../call/long-running.ts'
import { addressKey, distinct, sortedBy } from '../../order.ts'
import { type KindDefinition, tableKind } from '../kind.ts'
import { pathSubresources, readPathSubresource } from '../path-subresource.ts'
import { summaryRow } from './decode.ts'

/** BGP neighbors of the MSEE on one path of a circuit's peering. */
export const summary: KindDefinition<'summary'> = {
  types: [armTypes.circuit],
  actions: ['Microsoft.Network/expressRouteCircuits/peerings/routeTablesSummary/*'],
  interval: 'sessionsMs',
  subresources: pathSubresources,
  ...tableKind(
    'sessions',
    ({ arm, id, subresource }, options) => {
      const { peering, path } = readPathSubresource(subresource, 'summary')
      return arm.network.expressRouteCircuits.listRoutesTableSummary(id.resourceGroup, id.name, peering, path, options)
    },
    summaryIn,
  ),
}

function summaryIn({ rows, at, unread }: Table): SummaryRow[] {
  const single = distinct(
    decodeRows(summaryRow, rows, at, unread),
    (row) => row.neighbor,
    (a, b) => Number(b.state === 'established') - Number(a.state === 'established'),
  )
  return sortedBy(single, (row) => addressKey(row.neighbor))
}
