import type { GatewayRouteTable } from '#lib/gateways/api/index.ts'
import { EmptyNote } from '../ui/answer-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'

type UserRoute = NonNullable<GatewayRouteTable['routes']>[number]

const columns: DataTableColumn<UserRoute>[] = [
  { id: 'name', header: 'Route', value: ({ name }) => name, className: 'font-medium' },
  { id: 'prefix', header: 'Prefix', value: ({ prefix }) => prefix, className: 'font-mono' },
  { id: 'type', header: 'Next hop type', value: ({ nextHopType }) => nextHopType },
  { id: 'hop', header: 'Next hop', value: ({ nextHops }) => nextHops.join(', ') || null, className: 'font-mono' },
]

/** Lists the user-defined routes of the GatewaySubnet; renders nothing if the subnet has no route table. */
export function UserDefinedRoutes({ table }: { table: GatewayRouteTable | null | undefined }) {
  if (!table) return null
  return (
    <Panel
      id="user-routes"
      title="User-defined routes of the GatewaySubnet"
      note={`${table.name}: for what comes from on-premises, before BGP and system routes to the same prefix`}
      flush
    >
      {table.propagatesBgp === false && (
        <p className="border-b px-3.5 py-2 text-sm">
          Propagation of gateway routes is off: Azure does not support that on a GatewaySubnet, and the gateway may stop
          working.
        </p>
      )}
      {table.routes === null ? (
        <EmptyNote title="The table was not polled">The role needs Microsoft.Network/routeTables/read.</EmptyNote>
      ) : (
        <DataTable
          name="user-routes"
          caption={`User-defined routes of ${table.name}`}
          columns={columns}
          rows={table.routes}
          rowKey={({ name }) => name}
          filterable={false}
          toolsInHead
          empty={<EmptyNote title="The table is empty">No route of it changes anything.</EmptyNote>}
        />
      )}
    </Panel>
  )
}
