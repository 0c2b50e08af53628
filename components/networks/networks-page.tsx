'use client'

import type { Network } from '#lib/networks/api/index.ts'
import { useEndpoint } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { Findings } from './findings.tsx'
import { Interfaces } from './interfaces.tsx'
import { ListPage } from '../resource-page/list-page.tsx'
import { NothingFound } from '../resource-page/parts.tsx'
import { Panel } from '../ui/panel.tsx'
import { Status } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { nothing } from '../ui/table/nothing.tsx'
import {
  bothSides,
  type PeeringRow,
  networkPeeringRows,
  peeringStatus,
  transitWords,
  worstPeeringFirst,
} from './peering-rows.ts'

const peeringColumns: Column<PeeringRow>[] = [
  {
    id: 'peering',
    header: 'Peering',
    value: ({ network, peering }) => `${network.name} ↔ ${peering.remoteName}`,
    cell: ({ network, peering }) => (
      <span className="flex flex-col">
        <span className="font-medium">
          {network.name} ↔ {peering.remoteName}
        </span>
        <span className="text-xs text-ink-2">
          {peering.name}
          {peering.back ? ` / ${peering.back.name}` : null}
        </span>
      </span>
    ),
  },
  {
    id: 'state',
    header: 'State',
    value: (row) => peeringStatus(row).status.word,
    compare: (a, b) => toneOf(a) - toneOf(b),
    cell: (row) => {
      const { status, reason } = peeringStatus(row)
      return (
        <span className="flex flex-col">
          <Status {...status} className="whitespace-nowrap" />
          <span className="max-w-[44ch] text-xs text-ink-2">{reason}</span>
        </span>
      )
    },
  },
  {
    id: 'sync',
    header: 'Sync level, both sides',
    value: ({ peering }) => `${peering.syncLevel ?? 'not reported'} / ${peering.back?.syncLevel ?? 'not visible'}`,
    className: 'text-ink-2 text-xs',
  },
  { id: 'transit', header: 'Gateway transit', value: transitWords, className: 'max-w-[36ch]' },
  {
    id: 'allowTransit',
    header: 'Allows transit / uses remote gateways',
    value: (row) => `${bothSides(row, 'allowGatewayTransit')}; ${bothSides(row, 'useRemoteGateways')}`,
    exported: [
      { header: 'allowGatewayTransit, both sides', value: (row) => bothSides(row, 'allowGatewayTransit') },
      { header: 'useRemoteGateways, both sides', value: (row) => bothSides(row, 'useRemoteGateways') },
    ],
    cell: (row) => (
      <span className="flex flex-col text-xs text-ink-2">
        <span>allows: {bothSides(row, 'allowGatewayTransit')}</span>
        <span>uses: {bothSides(row, 'useRemoteGateways')}</span>
      </span>
    ),
  },
  {
    id: 'forwarded',
    priority: 3,
    header: 'Forwarded traffic, both sides',
    value: (row) => bothSides(row, 'allowForwardedTraffic'),
    className: 'text-ink-2 text-xs',
  },
  {
    id: 'access',
    priority: 2,
    header: 'Access, both sides',
    value: (row) => bothSides(row, 'allowVirtualNetworkAccess'),
    className: 'text-ink-2 text-xs',
  },
]

const toneOf = (row: PeeringRow) => worstPeeringFirst.indexOf(peeringStatus(row).status.tone)

const networkColumns: Column<Network>[] = [
  {
    id: 'name',
    header: 'Network',
    value: ({ name }) => name,
    cell: ({ name, kind, location, resourceGroup }) => (
      <span className="flex flex-col">
        <span className="font-medium">{name}</span>
        <span className="text-xs text-ink-2">
          {[kind === 'hub' ? 'Virtual WAN hub' : 'Virtual network', resourceGroup, location].filter(Boolean).join(', ')}
        </span>
      </span>
    ),
  },
  {
    id: 'findings',
    header: 'Findings',
    value: ({ findings }) => findings.length,
    compare: (a, b) => warnings(a) - warnings(b) || a.findings.length - b.findings.length,
    exported: [{ header: 'Findings', value: ({ findings }) => findings.map(({ text }) => text).join(' ') }],
    cell: ({ findings }) =>
      findings.length === 0 ? <span className="text-ink-2">none</span> : <Findings findings={findings} />,
  },
  {
    id: 'space',
    header: 'Address space',
    value: ({ addressPrefixes }) => addressPrefixes.join(', '),
    className: 'font-mono text-xs',
  },
  {
    id: 'gateways',
    header: 'Gateways',
    align: 'right',
    value: ({ gatewayIds }) => gatewayIds.length,
    cell: ({ gatewayIds, name }) =>
      gatewayIds.length === 0 ? (
        nothing
      ) : (
        <PageLink
          href={
            gatewayIds.length === 1
              ? `/gateways/${encodeURIComponent(gatewayIds[0] ?? '')}`
              : `/gateways?${new URLSearchParams({ 'gateways.q': name })}`
          }
          className="link"
        >
          {gatewayIds.length}
        </PageLink>
      ),
  },
  {
    id: 'peerings',
    header: 'Peerings',
    align: 'right',
    value: ({ peerings }) => peerings.length,
  },
]

const warnings = ({ findings }: Network) => findings.filter(({ severity }) => severity === 'warning').length
const byState = { id: 'state', desc: false }
const byFindings = { id: 'findings', desc: true }

/** Virtual networks and hubs, their peerings from both sides, what is found about them, and effective routes of chosen network interfaces. */
export function NetworksPage() {
  const query = useEndpoint('networks')
  return (
    <>
      <ListPage query={query} title="Virtual networks" rows={6}>
        {(networks) => (
          <DataTable
            name="peerings"
            caption="Peerings of virtual networks"
            columns={peeringColumns}
            rows={networkPeeringRows(networks)}
            rowKey={({ key }) => key}
            rowTone={(row) => peeringStatus(row).status.tone}
            defaultSort={byState}
            empty={
              <NothingFound title="No peering found">Peerwatch lists the networks of each subscription.</NothingFound>
            }
          />
        )}
      </ListPage>
      {query.data && (
        <div className="mt-4 grid grid-cols-[minmax(0,1fr)] gap-4">
          <Panel title="Virtual networks" flush>
            <DataTable
              name="networks"
              caption="Virtual networks and hubs"
              columns={networkColumns}
              rows={query.data.data}
              rowKey={({ id }) => id}
              rowTone={(network) => (warnings(network) > 0 ? 'degraded' : 'up')}
              defaultSort={byFindings}
              empty={
                <NothingFound title="No network found">Peerwatch lists the networks of each subscription.</NothingFound>
              }
            />
          </Panel>
          <Interfaces networks={query.data.data} />
        </div>
      )}
    </>
  )
}
