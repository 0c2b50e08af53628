'use client'

import { useMemo } from 'react'
import type { ExpressRoutePort, PortLink } from '#lib/circuits/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { ResourceListPage } from '../resource-page/list-page.tsx'
import { EmptyResourceList } from '../resource-page/page-parts.tsx'
import { BitRate } from '../ui/facts/quantities.tsx'
import { StateLabel, type StatusText } from '../ui/status.tsx'
import { TwoLines, FirstTwoItems } from '../ui/table/cells.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { createUptimeColumn } from '../uptime/uptime-column.tsx'
import { UptimeDayCountChoice } from '../uptime/uptime-day-count-choice.tsx'
import { useLinkUptime } from '../uptime/use-uptime.ts'
import {
  formatActivePorts,
  formatLagMembers,
  formatProvisionedBandwidth,
  formatLightLevel,
  formatLightMargin,
  formatPortLinkReason,
  listPortLinks,
  portLinkStatuses,
  portLinkStatesWorstFirst,
  formatMacsec,
  formatPortSettings,
} from './port-text.ts'

type Row = { port: ExpressRoutePort; link: PortLink }

const statusOf = ({ link }: Row): StatusText => portLinkStatuses[link.state]
const keyOf = ({ port, link }: Row) => `${port.id}/${link.name}`

const columns: DataTableColumn<Row>[] = [
  {
    id: 'port',
    header: 'Port and link',
    value: ({ port, link }) => `${port.name} ${link.name}`,
    phone: 'both',
    cell: ({ port, link }) => (
      <TwoLines
        first={
          <span className="font-medium">
            {port.name} {link.name}
          </span>
        }
        second={[port.kind === 'lag' ? 'LAG' : null, port.peeringLocation].filter(Boolean).join(', ')}
      />
    ),
  },
  {
    id: 'state',
    header: 'State',
    value: (row) => statusOf(row).word,
    compare: (a, b) => portLinkStatesWorstFirst.indexOf(a.link.state) - portLinkStatesWorstFirst.indexOf(b.link.state),
    phone: 'state',
    cell: (row) => (
      <TwoLines
        first={<StateLabel {...statusOf(row)} />}
        second={row.link.state !== 'up' && formatPortLinkReason(row.port, row.link)}
        title={formatPortLinkReason(row.port, row.link)}
        className="sm:max-w-60"
      />
    ),
  },
  {
    id: 'active',
    header: 'Active ports',
    priority: 2,
    value: ({ port, link }) => formatActivePorts(port, link),
    exported: [
      { header: 'Active ports', value: ({ link }) => link.activePorts },
      { header: 'Minimum of active ports', value: ({ port }) => port.minActivePorts },
    ],
    cell: ({ port, link }) => (
      <TwoLines first={formatActivePorts(port, link)} second={formatLagMembers(link)} title={formatLagMembers(link)} />
    ),
  },
  lightColumn('rx', 'Rx, dBm'),
  lightColumn('tx', 'Tx, dBm'),
  {
    id: 'rates',
    header: 'To, from Azure',
    align: 'right',
    priority: 2,
    keep: true,
    value: ({ link }) => link.bitsInPerSecond,
    exported: [
      { header: 'To Azure (bit/s)', value: ({ link }) => link.bitsInPerSecond },
      { header: 'From Azure (bit/s)', value: ({ link }) => link.bitsOutPerSecond },
    ],
    cell: ({ link }) => (
      <span className="flex flex-col">
        <BitRate bits={link.bitsInPerSecond} />
        <BitRate bits={link.bitsOutPerSecond} />
      </span>
    ),
  },
  {
    id: 'allocated',
    header: 'Bandwidth allocated',
    value: ({ port }) => formatProvisionedBandwidth(port),
    phone: 'fact',
    cell: ({ port }) => (
      <TwoLines
        first={formatProvisionedBandwidth(port)}
        second={formatPortSettings(port)}
        title={formatPortSettings(port)}
      />
    ),
  },
  {
    id: 'circuits',
    header: 'Circuits',
    priority: 1,
    value: ({ port }) => port.circuits.map(({ name }) => name).join('; '),
    cell: ({ port }) => (
      <FirstTwoItems
        all={port.circuits}
        textOf={({ name }) => name}
        draw={({ id, name }) =>
          id === null ? (
            name
          ) : (
            <PageLink href={`/circuits/${id}`} className="link">
              {name}
            </PageLink>
          )
        }
      />
    ),
  },
  {
    id: 'macsec',
    header: 'MACsec',
    priority: 3,
    value: ({ link }) => formatMacsec(link),
    className: 'text-ink-2 whitespace-nowrap',
  },
  {
    id: 'place',
    header: 'Router, rack',
    priority: 4,
    value: ({ link }) => [link.router, link.interface, link.patchPanel, link.rack].filter(Boolean).join(', '),
    cell: ({ link }) => (
      <TwoLines
        first={[link.router, link.interface].filter(Boolean).join(', ')}
        second={[link.patchPanel, link.rack].filter(Boolean).join(', ')}
      />
    ),
    className: 'text-ink-2',
  },
]

function lightColumn(name: 'rx' | 'tx', header: string): DataTableColumn<Row> {
  return {
    id: name,
    header,
    align: 'right',
    priority: 2,
    value: ({ link }) => link[name]?.dbm ?? null,
    cell: ({ port, link }) => (
      <TwoLines
        first={
          <span className={link[name]?.isLow ? 'font-mono font-semibold text-degraded' : 'font-mono'}>
            {formatLightLevel(link[name])}
          </span>
        }
        second={formatLightMargin(port, link[name])}
      />
    ),
  }
}

const worstFirst = { id: 'state', desc: false }

/** Page of ExpressRoute Direct ports and LAGs, with one row for each link. */
export function PortsPage() {
  return (
    <ResourceListPage query={useEndpointQuery('ports')} title="Ports" rows={4}>
      {(ports) => <LinkTable ports={ports} />}
    </ResourceListPage>
  )
}

function LinkTable({ ports }: { ports: ExpressRoutePort[] }) {
  const { length, of } = useLinkUptime()
  const withUptime = useMemo(
    () =>
      columns.toSpliced(
        2,
        0,
        createUptimeColumn<Row>(length, ({ port, link }) => of(port.id, link.name)),
      ),
    [length, of],
  )
  return (
    <DataTable
      name="ports"
      caption="Links of ExpressRoute Direct ports and LAGs"
      columns={withUptime}
      rows={listPortLinks(ports)}
      rowKey={keyOf}
      lines={2}
      statusOf={statusOf}
      defaultSort={worstFirst}
      toolbar={<UptimeDayCountChoice />}
      empty={
        <EmptyResourceList title="No port found">
          Peerwatch lists the ports and LAGs of each subscription.
        </EmptyResourceList>
      }
    />
  )
}
