import type { Gateway, HubUserVpnGateway } from '#lib/gateways/api/index.ts'
import { BitRate } from '../ui/facts/quantities.tsx'
import { Panel } from '../ui/panel.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import { unknownLabel } from '../ui/table/missing-value-dash.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'

/** User VPN (point-to-site) of a gateway, of a hub or of a virtual network. */
type UserVpnRow = Pick<HubUserVpnGateway, 'name' | 'addressPools' | 'metrics'>

export const userVpnNameColumn: DataTableColumn<UserVpnRow> = {
  id: 'name',
  header: 'Gateway',
  value: ({ name }) => name,
  className: 'font-medium',
}

export const userVpnPoolsColumn: DataTableColumn<UserVpnRow> = {
  id: 'pools',
  header: 'Address pools',
  value: ({ addressPools }) => addressPools.join(', '),
  className: 'font-mono',
}

/**
 * Columns with the values of Azure Monitor. Snapshots that an earlier version of Peerwatch stored do not contain these
 * values.
 */
export const userVpnMetricColumns: DataTableColumn<UserVpnRow>[] = [
  {
    id: 'rate',
    header: 'Rate, by Azure Monitor',
    align: 'right',
    priority: 2,
    value: ({ metrics }) => metrics?.bitsPerSecond ?? null,
    cell: ({ metrics }) => (metrics?.bitsPerSecond == null ? unknownLabel : <BitRate bits={metrics.bitsPerSecond} />),
  },
  {
    id: 'measured',
    header: 'Connections, by Azure Monitor',
    align: 'right',
    priority: 2,
    value: ({ metrics }) => metrics?.connections ?? null,
    cell: ({ metrics }) => metrics?.connections ?? unknownLabel,
  },
  {
    id: 'protocols',
    header: 'By protocol',
    priority: 3,
    value: ({ metrics }) =>
      metrics?.byProtocol?.map(({ protocol, connections }) => `${protocol} ${connections}`).join(', ') || null,
  },
  {
    id: 'routes',
    header: 'User routes',
    align: 'right',
    priority: 2,
    value: ({ metrics }) => metrics?.routes ?? null,
    cell: ({ metrics }) => metrics?.routes ?? unknownLabel,
  },
]

/** Panel with a table of user VPN gateways; renders nothing if there are none. */
export function UserVpnPanel<Row extends UserVpnRow>({
  caption,
  columns,
  rows,
}: {
  caption: string
  columns: DataTableColumn<Row>[]
  rows: Row[]
}) {
  if (rows.length === 0) return null
  return (
    <Panel title="User VPN (point-to-site)" flush note="numbers of devices; their addresses are not stored">
      <DataTable
        name="user-vpn"
        caption={caption}
        columns={columns}
        rows={rows}
        rowKey={({ name }) => name}
        empty={null}
      />
    </Panel>
  )
}

const gatewayColumns = [userVpnNameColumn, userVpnPoolsColumn, ...userVpnMetricColumns]

/** User VPN of a VPN gateway of a virtual network; renders nothing if the gateway has none. */
export const GatewayUserVpn = ({ gateway: { name, userVpn } }: { gateway: Gateway }) => (
  <UserVpnPanel caption={`User VPN of ${name}`} columns={gatewayColumns} rows={userVpn ? [{ name, ...userVpn }] : []} />
)
