import type { WhatIfHubTable } from '#lib/resilience/api/index.ts'
import { formatHubTableOutcome, listShownHubTables } from '#lib/resilience/api/outcome-summary.ts'
import { Panel } from '../../ui/panel.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import type { DataTableColumn } from '../../ui/table/table-columns.ts'

const columns: DataTableColumn<WhatIfHubTable>[] = [
  {
    id: 'name',
    header: 'Route table',
    value: ({ name, hubName }) => `${name} of ${hubName}`,
    className: 'font-medium',
  },
  { id: 'networks', header: 'Networks', value: ({ networks }) => networks.join(', ') },
  {
    id: 'outcome',
    header: 'Outcome',
    value: formatHubTableOutcome,
    cell: (table) =>
      table.isRead ? (
        formatHubTableOutcome(table)
      ) : (
        <span className="hatch rounded-xs px-1">{formatHubTableOutcome(table)}</span>
      ),
  },
  {
    id: 'cut-off',
    header: 'Cut off',
    value: ({ cutOff, counts }) => listPrefixes(cutOff, counts.cutOff),
    className: 'font-mono',
  },
]

/** Maximum number of prefixes that a cell shows. */
const SHOWN = 5

/** Lists prefixes: `10.1.0.0/16, 10.2.0.0/16 and 3 more`. */
function listPrefixes(prefixes: readonly string[], count: number): string {
  const shown = prefixes.slice(0, SHOWN)
  return `${shown.join(', ')}${count > shown.length ? ` and ${count - shown.length} more` : ''}`
}

/** Outcomes in each route table of Virtual WAN hubs, if {@link listShownHubTables} returns tables. */
export function HubTablesPanel({ tables }: { tables: WhatIfHubTable[] }) {
  const shown = listShownHubTables(tables)
  if (shown.length === 0) return null
  return (
    <Panel title="Route tables of hubs" note="a network depends on the table with which it is associated" flush>
      <DataTable
        name="what-if-hub-tables"
        caption="Outcomes in the route tables of hubs"
        columns={columns}
        rows={shown}
        rowKey={({ id }) => id}
        empty={null}
      />
    </Panel>
  )
}
