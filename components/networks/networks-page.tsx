'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import type { Network } from '#lib/networks/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { TabsOfLinks } from '../links/link-tabs.tsx'
import { PageLink } from '../links/page-link.tsx'
import { NetworkFindings } from './findings.tsx'
import { NetworkInterfaces } from './interfaces.tsx'
import { EmptyResourceList } from '../resource-page/page-parts.tsx'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { StateLabel } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { missingValueDash } from '../ui/table/missing-value-dash.tsx'
import { PageAge } from '../ui/times/answer-age.tsx'
import { SavedViewsMenu } from '../views/saved-views-menu.tsx'
import {
  formatPeeringBothSides,
  shortenGuids,
  type NetworkPeeringRow,
  buildNetworkPeeringRows,
  getNetworkPeeringStatus,
  formatGatewayTransit,
  peeringTonesWorstFirst,
} from './peering-rows.ts'

/** Returns a column with one setting of a network peering, as it is configured on each of the two sides. */
const bySide = (
  id: string,
  header: string,
  flag: Parameters<typeof formatPeeringBothSides>[1],
  priority: 1 | 3 | 4,
): DataTableColumn<NetworkPeeringRow> => ({
  id,
  header,
  priority,
  value: (row) => formatPeeringBothSides(row, flag),
  className: 'text-ink-2 text-xs',
})

const peeringColumns: DataTableColumn<NetworkPeeringRow>[] = [
  {
    id: 'peering',
    header: 'Peering',
    phone: 'name',
    value: ({ network, peering }) => `${network.name} ↔ ${peering.remoteName}`,
    cell: ({ network, peering }) => (
      <span className="flex flex-col">
        <span className="font-medium">
          {network.name} <span className="inline-block max-sm:block">↔ {peering.remoteName}</span>
        </span>
        <span data-second title={nameSides(peering)} className="text-xs text-ink-2">
          {shortenGuids(nameSides(peering))}
        </span>
      </span>
    ),
  },
  {
    id: 'state',
    header: 'State',
    phone: 'state',
    value: (row) => getNetworkPeeringStatus(row).status.word,
    compare: (a, b) => toneOf(a) - toneOf(b),
    cell: (row) => {
      const { status, reason } = getNetworkPeeringStatus(row)
      return (
        <span className="flex flex-col">
          <StateLabel {...status} className="whitespace-nowrap" />
          {(status.tone !== 'up' || row.peering.otherSide !== 'seen' || row.peering.subnets) && (
            <span
              data-second={(status.tone === 'up' && !row.peering.subnets) || undefined}
              className="max-w-[44ch] text-xs text-ink-2"
            >
              {reason}
            </span>
          )}
        </span>
      )
    },
  },
  { id: 'transit', header: 'Gateway transit', value: formatGatewayTransit, phone: 'below' },
  bySide('access', 'Access', 'allowVirtualNetworkAccess', 1),
  bySide('forwarded', 'Forwarded traffic', 'allowForwardedTraffic', 3),
  {
    id: 'sync',
    priority: 4,
    header: 'Sync level, both sides',
    value: ({ peering }) => `${peering.syncLevel ?? 'not reported'} / ${peering.back?.syncLevel ?? 'not visible'}`,
    className: 'text-ink-2 text-xs',
  },
  bySide('allows', 'Allows transit', 'allowGatewayTransit', 4),
  bySide('uses', 'Uses remote gateways', 'useRemoteGateways', 4),
]

const nameSides = ({ name, back }: NetworkPeeringRow['peering']) => (back ? `${name} / ${back.name}` : name)

const toneOf = (row: NetworkPeeringRow) => peeringTonesWorstFirst.indexOf(getNetworkPeeringStatus(row).status.tone)

const networkColumns: DataTableColumn<Network>[] = [
  {
    id: 'name',
    header: 'Network',
    phone: 'name',
    value: ({ name }) => name,
    cell: ({ name, kind, location, resourceGroup }) => (
      <span className="flex flex-col">
        <span className="font-medium">{name}</span>
        <span data-second className="text-xs text-ink-2">
          {[kind === 'hub' ? 'Virtual WAN hub' : 'Virtual network', resourceGroup, location].filter(Boolean).join(', ')}
        </span>
      </span>
    ),
  },
  {
    id: 'findings',
    header: 'Findings',
    phone: 'below',
    value: ({ findings }) => findings.length,
    compare: (a, b) => warnings(a) - warnings(b) || a.findings.length - b.findings.length,
    exported: [{ header: 'Findings', value: ({ findings }) => findings.map(({ text }) => text).join(' ') }],
    cell: ({ findings }) =>
      findings.length === 0 ? <span className="text-ink-2">none</span> : <NetworkFindings findings={findings} />,
  },
  {
    id: 'space',
    header: 'Address space',
    phone: 'state',
    value: ({ addressPrefixes }) => addressPrefixes.join(', '),
    className: 'text-xs',
    cell: ({ addressPrefixes, advertisedPrefixes, encryption }) => (
      <span className="flex flex-col">
        <span className="font-mono">{addressPrefixes.join(', ')}</span>
        {advertisedPrefixes.length > 0 && (
          <span className="text-ink-2">
            announced as <span className="font-mono">{advertisedPrefixes.join(', ')}</span>
          </span>
        )}
        {encryption !== null && (
          <span className="text-ink-2">
            {encryption === 'DropUnencrypted' ? 'encrypted only' : 'encrypted where machines can'}
          </span>
        )}
      </span>
    ),
  },
  {
    id: 'gateways',
    header: 'Gateways',
    align: 'right',
    value: ({ gatewayIds }) => gatewayIds.length,
    cell: ({ gatewayIds, name }) =>
      gatewayIds.length === 0 ? (
        missingValueDash
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

const tabs = [
  { id: 'peerings', name: 'Peerings' },
  { id: 'networks', name: 'Networks' },
  { id: 'interfaces', name: 'Network interfaces' },
]

/**
 * Page of virtual networks and hubs: peerings with the settings of both sides, findings, and effective routes of
 * network interfaces.
 */
export function NetworksPage() {
  const query = useEndpointQuery('networks')
  const [{ view, nic }] = useQueryStates({ view: parseAsString, nic: parseAsString })
  const current = tabs.find(({ id }) => id === (view ?? (nic === null ? 'peerings' : 'interfaces')))?.id ?? 'peerings'
  return (
    <>
      {/* the tab above shows the name of the page, so the views and the controls share a line */}
      <h1 className="sr-only">Virtual networks</h1>
      <div className="flex flex-wrap-reverse items-center gap-x-4">
        <div className="min-w-0 flex-1">
          <TabsOfLinks
            label="Views of virtual networks"
            current={current}
            tabs={tabs.map((tab) => ({ ...tab, href: `/networks?view=${tab.id}` }))}
          />
        </div>
        <div data-actions className="mb-4 flex items-center gap-2">
          <PageAge answer={query.data} />
          <SavedViewsMenu />
        </div>
      </div>
      <QueryStateView query={query} skeleton={<SkeletonRows rows={6} height="3.25rem" />}>
        {({ data }) =>
          current === 'interfaces' ? (
            <NetworkInterfaces networks={data} />
          ) : (
            <Panel flush>
              {current === 'peerings' ? (
                <DataTable
                  name="peerings"
                  caption="Peerings of virtual networks"
                  columns={peeringColumns}
                  rows={buildNetworkPeeringRows(data)}
                  rowKey={({ key }) => key}
                  rowTone={(row) => getNetworkPeeringStatus(row).status.tone}
                  defaultSort={byState}
                  empty={none('No peering found')}
                />
              ) : (
                <DataTable
                  name="networks"
                  caption="Virtual networks and hubs"
                  columns={networkColumns}
                  rows={data}
                  rowKey={({ id }) => id}
                  rowTone={(network) => (warnings(network) > 0 ? 'degraded' : 'up')}
                  defaultSort={byFindings}
                  empty={none('No network found')}
                />
              )}
            </Panel>
          )
        }
      </QueryStateView>
    </>
  )
}

const none = (title: string) => (
  <EmptyResourceList title={title}>Peerwatch lists the networks of each subscription.</EmptyResourceList>
)
