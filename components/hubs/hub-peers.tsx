import type { HubBgpConnection } from '#lib/gateways/api/index.ts'
import { RuleSource } from '../ui/facts/azure-rule.tsx'
import { PageLink } from '../links/page-link.tsx'
import { buildRoutesHref } from '../routes/route-views.ts'
import { EmptyNote } from '../ui/answer-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { StateLabel } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { missingValueDash } from '../ui/table/missing-value-dash.tsx'
import { buildProvisioningStateColumn } from './hub-connections.tsx'
import { hubPeerStatuses, formatInstanceRoutes } from './hub-text.ts'

/**
 * Returns a column with the number of routes that a BGP peer sends or receives. The number is a link to these routes.
 */
const routes = (table: 'learned' | 'advertised', header: string): DataTableColumn<HubBgpConnection> => ({
  id: table,
  header,
  align: 'right',
  value: (peer) => formatInstanceRoutes(peer[table]),
  cell: (peer) => (
    <PageLink href={buildRoutesHref('table', { scope: peer.id, table })} className="link whitespace-nowrap">
      {formatInstanceRoutes(peer[table])}
    </PageLink>
  ),
})

const columns: DataTableColumn<HubBgpConnection>[] = [
  { id: 'name', header: 'BGP connection', value: ({ name }) => name, className: 'font-medium' },
  {
    id: 'state',
    header: 'State',
    value: ({ state }) => hubPeerStatuses[state].word,
    cell: ({ state, azureStatus }) => (
      <StateLabel {...hubPeerStatuses[state]} detail={azureStatus ?? ''} className="whitespace-nowrap" />
    ),
  },
  { id: 'address', header: 'Peer', value: ({ address }) => address, className: 'font-mono' },
  {
    id: 'asn',
    header: 'ASN',
    align: 'right',
    value: ({ asn }) => asn,
    also: [{ header: 'ASN reserved by', value: ({ asnReservedBy }) => asnReservedBy }],
    cell: ({ asn, asnReservedBy }) => (
      <span className="flex flex-col">
        <span className="font-mono">{asn ?? missingValueDash}</span>
        {asnReservedBy && (
          <span className="text-xs font-medium text-degraded">
            reserved by {asnReservedBy} <RuleSource rule="reserved_asns" />
          </span>
        )}
      </span>
    ),
  },
  { id: 'network', header: 'Through', value: ({ networkConnection }) => networkConnection },
  routes('learned', 'Learned routes'),
  routes('advertised', 'Advertised routes'),
  buildProvisioningStateColumn(({ provisioningState }) => provisioningState),
]

/** Lists the BGP peers of a hub. */
export function HubBgpConnections({ peers }: { peers: HubBgpConnection[] }) {
  return (
    <Panel title="BGP peers" flush note="State as Azure reports it">
      <DataTable
        name="hub-peers"
        caption="BGP peers"
        columns={columns}
        rows={peers}
        rowKey={({ id }) => id}
        rowTone={({ state }) => hubPeerStatuses[state].tone}
        empty={<EmptyNote title="No BGP peer">No appliance speaks BGP with its router.</EmptyNote>}
      />
    </Panel>
  )
}
