import type { Hub, HubRouteTable } from '#lib/gateways/api/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { buildRoutesHref } from '../routes/route-views.ts'
import { Panel } from '../ui/panel.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import { type DataTableColumn, VALUELESS_COLUMN } from '../ui/table/table-columns.ts'
import { missingValueDash, unknownLabel } from '../ui/table/missing-value-dash.tsx'
import { buildProvisioningStateColumn } from './hub-connections.tsx'
import { formatTablePrefixCount } from './hub-text.ts'

const columns: DataTableColumn<HubRouteTable>[] = [
  { id: 'name', header: 'Route table', value: ({ name }) => name, className: 'font-medium' },
  {
    id: 'prefixes',
    header: 'Effective prefixes',
    align: 'right',
    value: ({ prefixes }) => prefixes,
    cell: ({ scope, prefixes }) =>
      prefixes === null ? (
        unknownLabel
      ) : (
        <PageLink href={buildRoutesHref('table', { scope, table: 'tables' })} className="link font-mono">
          {formatTablePrefixCount(prefixes)}
        </PageLink>
      ),
  },
  {
    id: 'labels',
    header: 'Labels',
    value: ({ labels }) => labels.join(', '),
    cell: ({ labels }) => (labels.length === 0 ? missingValueDash : labels.join(', ')),
  },
  { id: 'associated', header: 'Routed by it', align: 'right', value: ({ associated }) => associated },
  { id: 'propagating', header: 'Send routes to it', align: 'right', value: ({ propagating }) => propagating },
  { id: 'static', header: 'Static routes', align: 'right', value: ({ staticRoutes }) => staticRoutes },
  {
    id: 'lookup',
    header: 'Look-up',
    ...VALUELESS_COLUMN,
    cell: ({ scope }) => (
      <PageLink href={buildRoutesHref('lookup', { scope })} className="link whitespace-nowrap">
        Look up an address
      </PageLink>
    ),
  },
  buildProvisioningStateColumn(({ provisioningState }) => provisioningState),
]

/** Table of the route tables of a hub. A route table determines how its associated connections are routed. */
export function HubRouteTables({ hub }: { hub: Pick<Hub, 'name' | 'routeTables'> }) {
  return (
    <Panel title="Route tables" flush note="connections that are routed by each, and that send their routes to it">
      <DataTable
        name="hub-route-tables"
        caption={`Route tables of ${hub.name}`}
        columns={columns}
        rows={hub.routeTables}
        rowKey={({ scope, name }) => `${scope}/${name}`}
        empty={null}
      />
    </Panel>
  )
}
