'use client'

import { useMemo } from 'react'
import type { Port, PortLink } from '#lib/circuits/api/index.ts'
import { useEndpoint } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { ListPage } from '../resource-page/list-page.tsx'
import { NothingFound } from '../resource-page/parts.tsx'
import { Rate } from '../ui/facts/quantities.tsx'
import { Status, type StatusWords } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { uptimeColumn } from '../uptime/uptime-column.tsx'
import { UptimeLengthChoice } from '../uptime/uptime-length.tsx'
import { useLinkUptime } from '../uptime/use-uptime.ts'
import {
  bandwidthText,
  lightText,
  linkReason,
  portLinks,
  linkStatuses,
  linksWorstFirst,
  macsecText,
  settingsText,
} from './port-words.ts'

type Row = { port: Port; link: PortLink }

const statusOf = ({ link }: Row): StatusWords => linkStatuses[link.state]
const keyOf = ({ port, link }: Row) => `${port.id}/${link.name}`

const columns: Column<Row>[] = [
  {
    id: 'port',
    header: 'Port and link',
    value: ({ port, link }) => `${port.name} ${link.name}`,
    cell: ({ port, link }) => (
      <span className="flex flex-col">
        <span className="font-medium whitespace-nowrap">
          {port.name} {link.name}
        </span>
        <span className="text-xs text-ink-2">{port.peeringLocation}</span>
      </span>
    ),
  },
  {
    id: 'state',
    header: 'State',
    value: (row) => statusOf(row).word,
    compare: (a, b) => linksWorstFirst.indexOf(a.link.state) - linksWorstFirst.indexOf(b.link.state),
    cell: (row) => (
      <span className="flex flex-col">
        <Status {...statusOf(row)} className="whitespace-nowrap" />
        <span className="max-w-[44ch] text-xs text-ink-2">{linkReason(row.port, row.link)}</span>
      </span>
    ),
  },
  lightColumn('rx', 'Rx light, dBm'),
  lightColumn('tx', 'Tx light, dBm'),
  {
    id: 'in',
    header: 'To Azure',
    align: 'right',
    value: ({ link }) => link.bitsInPerSecond,
    exported: [{ header: 'To Azure (bit/s)', value: ({ link }) => link.bitsInPerSecond }],
    cell: ({ link }) => <Rate bits={link.bitsInPerSecond} />,
  },
  {
    id: 'out',
    header: 'From Azure',
    align: 'right',
    value: ({ link }) => link.bitsOutPerSecond,
    exported: [{ header: 'From Azure (bit/s)', value: ({ link }) => link.bitsOutPerSecond }],
    cell: ({ link }) => <Rate bits={link.bitsOutPerSecond} />,
  },
  { id: 'macsec', header: 'MACsec', value: ({ link }) => macsecText(link), className: 'text-ink-2 whitespace-nowrap' },
  {
    id: 'circuits',
    header: 'Circuits, and what the port has for them',
    value: ({ port }) => [bandwidthText(port), ...port.circuits.map(({ name }) => name)].join('; '),
    cell: ({ port }) => (
      <span className="flex flex-col text-xs">
        <span className="text-ink-2">{bandwidthText(port)}</span>
        {port.settings.length > 0 && <span className="text-ink-3">{settingsText(port)}</span>}
        <span className="flex flex-wrap gap-x-3">
          {port.circuits.map(({ id, name }) =>
            id === null ? (
              <span key={name}>{name}</span>
            ) : (
              <PageLink key={id} href={`/circuits/${id}`} className="underline">
                {name}
              </PageLink>
            ),
          )}
        </span>
      </span>
    ),
  },
  {
    id: 'place',
    header: 'Router, interface, patch panel, rack',
    value: ({ link }) => [link.router, link.interface, link.patchPanel, link.rack].filter(Boolean).join(', '),
    className: 'text-ink-2 text-xs',
  },
]

function lightColumn(name: 'rx' | 'tx', header: string): Column<Row> {
  return {
    id: name,
    header,
    align: 'right',
    value: ({ link }) => link[name]?.dbm ?? null,
    cell: ({ link }) => (
      <span className={link[name]?.isLow ? 'font-mono font-semibold text-degraded' : 'font-mono'}>
        {lightText(link[name])}
      </span>
    ),
  }
}

const worstFirst = { id: 'state', desc: false }

/** ExpressRoute Direct ports, a row for each link. */
export function PortsPage() {
  return (
    <ListPage query={useEndpoint('ports')} title="Ports" rows={4}>
      {(ports) => <LinkTable ports={ports} />}
    </ListPage>
  )
}

function LinkTable({ ports }: { ports: Port[] }) {
  const { length, of } = useLinkUptime()
  const withUptime = useMemo(
    () =>
      columns.toSpliced(
        2,
        0,
        uptimeColumn<Row>(length, ({ port, link }) => of(port.id, link.name)),
      ),
    [length, of],
  )
  return (
    <DataTable
      name="ports"
      caption="Links of ExpressRoute Direct ports"
      columns={withUptime}
      rows={portLinks(ports)}
      rowKey={keyOf}
      rowTone={(row) => statusOf(row).tone}
      defaultSort={worstFirst}
      toolbar={<UptimeLengthChoice />}
      empty={<NothingFound title="No port found">Peerwatch lists the ports of each subscription.</NothingFound>}
    />
  )
}
