'use client'

import { useMemo } from 'react'
import type { Hub } from '#lib/gateways/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { ResourceListPage } from '../resource-page/list-page.tsx'
import { buildNameColumn, EmptyResourceList } from '../resource-page/page-parts.tsx'
import { StateLabel } from '../ui/status.tsx'
import { TwoLines, FirstTwoItems } from '../ui/table/cells.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import { type DataTableColumn, compareValues } from '../ui/table/table-columns.ts'
import { missingValueDash } from '../ui/table/missing-value-dash.tsx'
import { createUptimeColumn } from '../uptime/uptime-column.tsx'
import { UptimeDayCountChoice } from '../uptime/uptime-day-count-choice.tsx'
import { useUptime } from '../uptime/use-uptime.ts'
import {
  listHubConnections,
  formatHubKind,
  hubStatesWorstFirst,
  getHubStatus,
  formatRoutingPreference,
  formatTablePrefixCount,
} from './hub-text.ts'

const columns: DataTableColumn<Hub>[] = [
  buildNameColumn(
    'Hub',
    ({ kind }) => (kind === 'routeServer' ? 'gateways' : 'hubs'),
    (hub) => [hub.location, formatHubKind(hub)],
  ),
  {
    id: 'state',
    header: 'State',
    value: (hub) => getHubStatus(hub).word,
    also: [{ header: 'Reason', value: ({ reason }) => reason }],
    compare: (a, b) =>
      hubStatesWorstFirst.indexOf(a.state) - hubStatesWorstFirst.indexOf(b.state) || compareValues(a.name, b.name),
    phone: 'state',
    cell: (hub) => (
      <TwoLines
        first={<StateLabel {...getHubStatus(hub)} />}
        second={hub.reason}
        title={hub.reason ?? undefined}
        className="sm:max-w-60"
      />
    ),
  },
  {
    id: 'space',
    header: 'Address space',
    value: ({ addressPrefixes }) => addressPrefixes.join(', '),
    phone: 'fact',
    cell: ({ addressPrefixes }) => <FirstTwoItems all={addressPrefixes} textOf={String} draw={(prefix) => prefix} />,
    className: 'font-mono',
  },
  {
    id: 'effective',
    header: 'Effective prefixes',
    align: 'right',
    value: ({ effectivePrefixes }) => effectivePrefixes,
    cell: ({ kind, effectivePrefixes }) =>
      kind === 'routeServer' ? missingValueDash : formatTablePrefixCount(effectivePrefixes),
  },
  {
    id: 'preference',
    header: 'Routing preference',
    priority: 3,
    value: ({ routingPreference }) => formatRoutingPreference(routingPreference),
    className: 'text-ink-2 whitespace-nowrap',
  },
  {
    id: 'connections',
    header: 'Connections',
    align: 'right',
    priority: 1,
    value: (hub) => listHubConnections(hub).length,
  },
  { id: 'networks', header: 'Networks', align: 'right', priority: 2, value: ({ networks }) => networks.length },
  {
    id: 'peers',
    header: 'BGP peers',
    align: 'right',
    priority: 2,
    value: ({ bgpConnections }) => bgpConnections.length,
  },
]

const worstFirst = { id: 'state', desc: false }

/** Lists the hubs of Virtual WANs and the Route Servers. */
export function HubsPage() {
  return (
    <ResourceListPage query={useEndpointQuery('hubs')} title="Hubs" rows={3}>
      {(hubs) => <HubTable hubs={hubs} />}
    </ResourceListPage>
  )
}

function HubTable({ hubs }: { hubs: Hub[] }) {
  const { length, of } = useUptime()
  const withUptime = useMemo(
    () =>
      columns.toSpliced(
        2,
        0,
        createUptimeColumn<Hub>(length, ({ id }) => of(id)),
      ),
    [length, of],
  )
  return (
    <DataTable
      name="hubs"
      caption="Hubs of Virtual WANs and Route Servers"
      columns={withUptime}
      rows={hubs}
      rowKey={({ id }) => id}
      lines={2}
      statusOf={getHubStatus}
      defaultSort={worstFirst}
      toolbar={<UptimeDayCountChoice />}
      empty={
        <EmptyResourceList title="No hub found">
          Peerwatch lists the virtual hubs of each subscription.
        </EmptyResourceList>
      }
    />
  )
}
