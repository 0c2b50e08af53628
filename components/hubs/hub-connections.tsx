import type { Hub, HubLink, HubUserVpnGateway } from '#lib/gateways/api/index.ts'
import { formatBytes } from '../format/quantity.ts'
import { PageLink } from '../links/page-link.tsx'
import { buildRoutesHref } from '../routes/route-views.ts'
import { AzCommands } from '../ui/facts/az-command.tsx'
import { RuleSource } from '../ui/facts/azure-rule.tsx'
import { EmptyNote } from '../ui/answer-view.tsx'
import { ConnectionTrafficFact } from '../ui/facts/connection-traffic.tsx'
import { BitRate } from '../ui/facts/quantities.tsx'
import { Panel } from '../ui/panel.tsx'
import { StateLabel } from '../ui/status.tsx'
import { TwoLines } from '../ui/table/cells.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { missingValueDash, unknownLabel } from '../ui/table/missing-value-dash.tsx'
import { UserVpnPanel, userVpnMetricColumns, userVpnNameColumn, userVpnPoolsColumn } from './user-vpn.tsx'
import {
  listHubConnections,
  formatHubConnectionFarEnd,
  formatGatewayKind,
  formatHubVpnLinkState,
  hubPeerStatuses,
  formatTablePrefixCount,
} from './hub-text.ts'

type Row = ReturnType<typeof listHubConnections>[number]

/**
 * Returns the column with the provisioning state of a resource in ARM.
 * @param stateOf returns the provisioning state of a row
 */
export const buildProvisioningStateColumn = <Of,>(stateOf: (row: Of) => string | null): DataTableColumn<Of> => ({
  id: 'provisioning',
  header: 'Provisioning',
  // The state `Succeeded` is left out of the table, because nearly all changes of a configuration succeed.
  value: (row) => (stateOf(row) === 'Succeeded' ? null : stateOf(row)),
  exported: [{ header: 'Provisioning', value: stateOf }],
  className: 'text-ink-2 whitespace-nowrap',
})

const connectionColumns: DataTableColumn<Row>[] = [
  {
    id: 'name',
    header: 'Connection',
    value: ({ connection }) => connection.name,
    className: 'font-medium whitespace-nowrap',
  },
  {
    id: 'to',
    header: 'Circuit or VPN site',
    value: ({ connection }) => formatHubConnectionFarEnd(connection),
    also: [
      {
        header: 'Device ASN',
        value: ({ connection }) => connection.siteDevices?.map(({ asn }) => asn).join(' ') ?? null,
      },
    ],
    cell: ({ connection }) =>
      connection.circuitId === null ? (
        <span className="flex flex-col">
          {formatHubConnectionFarEnd(connection)}
          {connection.siteDevices?.map((device) => (
            <SiteDevice key={device.link} {...device} />
          ))}
        </span>
      ) : (
        <PageLink href={`/circuits/${connection.circuitId}`} className="link">
          {formatHubConnectionFarEnd(connection)}
        </PageLink>
      ),
  },
  {
    id: 'gateway',
    header: 'Gateway',
    value: ({ gateway }) => gateway.name,
    cell: ({ gateway }) => (
      <TwoLines
        first={
          <PageLink href={`/gateways/${gateway.id}`} className="link">
            {gateway.name}
          </PageLink>
        }
        second={formatGatewayKind(gateway)}
      />
    ),
  },
  {
    id: 'state',
    header: 'Links',
    value: ({ connection }) => connection.state,
    exported: [
      { header: 'State', value: ({ connection }) => connection.state },
      { header: 'Links', value: ({ connection }) => connection.links.map(formatHubVpnLinkState).join('; ') || null },
    ],
    cell: ({ connection }) => (connection.state === null ? missingValueDash : <HubLinks links={connection.links} />),
  },
  {
    id: 'prefixes',
    priority: 1,
    header: 'Prefixes',
    align: 'right',
    value: ({ connection }) => connection.prefixes,
    exported: [
      { header: 'Prefixes', value: ({ connection }) => connection.prefixes },
      { header: 'Prefixes unknown because', value: ({ connection }) => connection.unread },
    ],
    cell: ({ gateway, connection }) =>
      connection.prefixes === null ? (
        <span className="flex flex-col items-end gap-0.5">
          {unknownLabel}
          {connection.unread && (
            <span className="max-w-44 text-xs whitespace-normal text-ink-2">{connection.unread}</span>
          )}
        </span>
      ) : (
        <PageLink href={buildRoutesHref('table', { scope: gateway.id, table: 'learned' })} className="link font-mono">
          {formatTablePrefixCount(connection.prefixes)}
        </PageLink>
      ),
  },
  {
    id: 'traffic',
    header: 'Traffic',
    value: ({ connection }) => connection.traffic?.bitsOutPerSecond ?? null,
    cell: ({ connection: { traffic } }) =>
      traffic ? (
        <TwoLines
          first={
            <>
              <BitRate bits={traffic.bitsInPerSecond} /> to Azure
            </>
          }
          second={
            <>
              <BitRate bits={traffic.bitsOutPerSecond} /> from Azure
            </>
          }
        />
      ) : (
        missingValueDash
      ),
    exported: [],
  },
  {
    id: 'bytes',
    header: '24 h, by Azure Monitor',
    priority: 2,
    value: ({ connection }) => connection.traffic?.bytesOut ?? null,
    cell: ({ connection: { traffic } }) => (traffic ? <ConnectionTrafficFact {...traffic} /> : missingValueDash),
    exported: [
      { header: 'Bytes in, 24 h', value: ({ connection }) => connection.traffic?.bytesIn ?? null },
      { header: 'Bytes out, 24 h', value: ({ connection }) => connection.traffic?.bytesOut ?? null },
    ],
  },
  {
    id: 'weight',
    priority: 2,
    header: 'Weight',
    align: 'right',
    value: ({ connection }) => connection.routingWeight,
    className: 'font-mono',
  },
  {
    id: 'fastPath',
    priority: 3,
    header: 'FastPath',
    value: ({ connection: { fastPath } }) => (fastPath === null ? null : fastPath ? 'on' : 'off'),
    cell: ({ connection: { fastPath } }) => (fastPath === null ? missingValueDash : fastPath ? 'on' : 'off'),
  },
  buildProvisioningStateColumn(({ connection }) => connection.provisioningState),
]

type Device = NonNullable<Row['connection']['siteDevices']>[number]

function SiteDevice({ asn, asnReservedBy }: Device) {
  return (
    <span className="text-xs text-ink-3">
      AS {asn}
      {asnReservedBy && (
        <>
          , reserved by {asnReservedBy} <RuleSource rule="reserved_asns" />
        </>
      )}
    </span>
  )
}

/**
 * List of the links of a VPN connection, each with its state. The tooltip contains the bytes since the link came up.
 */
function HubLinks({ links }: { links: readonly HubLink[] }) {
  return (
    <ul className="flex flex-col gap-1">
      {links.map((link) => (
        <li
          key={link.name}
          title={formatHubVpnLinkState(link)}
          className="flex items-baseline gap-x-2 whitespace-nowrap"
        >
          <StateLabel {...hubPeerStatuses[link.state]} />
          <span className="text-xs text-ink-2">{link.siteLink ?? link.name}</span>
        </li>
      ))}
    </ul>
  )
}

/** Table of the connections of a hub's gateways, with the number of prefixes from each connection. */
export function HubConnections({ hub }: { hub: Hub }) {
  return (
    <Panel title="Connections" flush note="of the hub’s ExpressRoute and VPN gateways">
      <DataTable
        name="hub-connections"
        caption={`Connections of ${hub.name}`}
        columns={connectionColumns}
        rows={listHubConnections(hub)}
        rowKey={({ gateway, connection }) => `${gateway.id}/${connection.name}`}
        empty={
          <EmptyNote title="No connection">
            {hub.gateways.length === 0
              ? 'This hub has neither an ExpressRoute gateway nor a VPN gateway.'
              : 'Its gateways are connected to no circuit and no VPN site.'}
          </EmptyNote>
        }
      />
      <AzCommands
        commands={listHubConnections(hub).map(({ connection: { name, azCommand } }) => ({
          what: name,
          command: azCommand,
        }))}
      />
    </Panel>
  )
}

const userVpnColumns: DataTableColumn<HubUserVpnGateway>[] = [
  userVpnNameColumn,
  {
    id: 'clients',
    header: 'Connected devices',
    align: 'right',
    value: ({ clients }) => clients,
    exported: [
      { header: 'Connected devices', value: ({ clients }) => clients },
      { header: 'Devices unknown because', value: ({ unread }) => unread },
    ],
    cell: ({ clients, unread }) =>
      clients === null ? (
        <span className="flex flex-col items-end gap-0.5">
          {unknownLabel}
          <span className="max-w-44 text-xs whitespace-normal text-ink-2">{unread}</span>
        </span>
      ) : (
        clients
      ),
  },
  { id: 'addresses', header: 'Addresses given', align: 'right', value: ({ addresses }) => addresses },
  userVpnPoolsColumn,
  {
    id: 'in',
    header: 'To Azure',
    align: 'right',
    value: ({ bytesIn }) => (bytesIn === null ? null : Number(bytesIn)),
    cell: ({ bytesIn }) => (bytesIn === null ? missingValueDash : formatBytes(bytesIn)),
  },
  {
    id: 'out',
    header: 'From Azure',
    align: 'right',
    value: ({ bytesOut }) => (bytesOut === null ? null : Number(bytesOut)),
    cell: ({ bytesOut }) => (bytesOut === null ? missingValueDash : formatBytes(bytesOut)),
  },
  ...userVpnMetricColumns,
  { id: 'units', header: 'Scale units', align: 'right', priority: 2, value: ({ scaleUnits }) => scaleUnits },
  buildProvisioningStateColumn(({ provisioningState }) => provisioningState),
]

/** Table of a hub's user VPN gateways with the number of connected devices; renders nothing if the hub has none. */
export function HubUserVpnGateways({ hub }: { hub: Hub }) {
  // snapshots that an earlier version of Peerwatch stored do not contain this list
  return (
    <UserVpnPanel
      caption={`User VPN gateways of ${hub.name}`}
      columns={userVpnColumns}
      rows={hub.userVpnGateways ?? []}
    />
  )
}

const networkColumns: DataTableColumn<Hub['networks'][number]>[] = [
  { id: 'name', header: 'Connection', value: ({ name }) => name, className: 'font-medium' },
  { id: 'network', header: 'Virtual network', value: ({ networkName }) => networkName },
  { id: 'table', header: 'Routed by', value: ({ routeTable }) => routeTable ?? null },
  {
    id: 'internet',
    header: 'Default route of the hub',
    value: ({ internetSecurity }) =>
      internetSecurity === null ? null : internetSecurity ? 'reaches it' : 'kept from it',
    cell: ({ internetSecurity }) =>
      internetSecurity === null ? missingValueDash : internetSecurity ? 'reaches it' : 'kept from it',
  },
  buildProvisioningStateColumn(({ provisioningState }) => provisioningState),
]

/** Table of the virtual networks that are connected to a hub. */
export function HubNetworks({ networks }: { networks: Hub['networks'] }) {
  return (
    <Panel title="Virtual networks" flush>
      <DataTable
        name="hub-networks"
        caption="Connected virtual networks"
        columns={networkColumns}
        rows={networks}
        rowKey={({ name }) => name}
        empty={<EmptyNote title="No virtual network">Nothing is connected to this hub.</EmptyNote>}
      />
    </Panel>
  )
}
