import { useMemo } from 'react'
import type { ShiftHandover } from '#lib/incidents/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { PrintedTable } from '../paper/paper-table.tsx'
import { SkeletonRows } from '../ui/answer-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { createTrafficColumn } from '../uptime/traffic-column.tsx'
import { UptimeDayBars } from '../uptime/uptime-bars.tsx'
import { createUptimeColumn } from '../uptime/uptime-column.tsx'
import { formatDaysAvailability } from '../uptime/uptime-text.ts'
import { UptimeDayCountChoice } from '../uptime/uptime-day-count-choice.tsx'
import { useDayRates, useGatewayDayRates } from '../uptime/use-day-rates.ts'
import { isUptimeRead, useUptime } from '../uptime/use-uptime.ts'
import { listAffectedResources, type AffectedResource, listShiftIncidents } from './shift-incidents.ts'

const nameColumn: DataTableColumn<AffectedResource> = {
  id: 'resource',
  header: 'Circuit or gateway',
  value: ({ name }) => name,
  cell: ({ id, name, type }) => (
    <PageLink href={`/${type}s/${id}`} className="link font-medium">
      {name}
    </PageLink>
  ),
}
const incidentsColumn: DataTableColumn<AffectedResource> = {
  id: 'incidents',
  header: 'Incidents in this shift',
  align: 'right',
  value: ({ incidents }) => incidents,
}

/**
 * Returns the circuits and gateways with an incident in the shift, and the columns with their uptime of the last days
 * and their traffic of the last 24 hours. The list of rows is null until the names of the resources are loaded.
 */
function useAffectedResources(shift: ShiftHandover) {
  const circuits = useEndpointQuery('circuits').data?.data
  const gateways = useEndpointQuery('gateways').data?.data
  const { length, of } = useUptime()
  const [ofCircuit, ofGateway] = [useDayRates(), useGatewayDayRates()]
  const rows = useMemo(
    () => (circuits && gateways ? listAffectedResources(shift, { circuits, gateways }) : null),
    [shift, circuits, gateways],
  )
  const columns = useMemo(() => {
    const bandwidths = new Map(circuits?.map(({ id, bandwidthMbps }) => [id, bandwidthMbps && bandwidthMbps * 1e6]))
    return [
      nameColumn,
      createUptimeColumn<AffectedResource>(length, ({ id }) => of(id)),
      createTrafficColumn<AffectedResource>(
        ({ id, type }) => (type === 'circuit' ? ofCircuit(id) : ofGateway(id)),
        ({ id }) => bandwidths.get(id) ?? null,
      ),
      incidentsColumn,
    ]
  }, [circuits, length, of, ofCircuit, ofGateway])
  return { rows, columns, uptimeOf: of }
}

/** Table of the resources with an incident in the shift, on paper. On paper, the uptime bars have no controls. */
export function PrintedAffectedResources({ shift }: { shift: ShiftHandover }) {
  const { rows, columns, uptimeOf } = useAffectedResources(shift)
  if (!rows || rows.length === 0) return null
  const cell = ({ id }: AffectedResource) => {
    const uptime = uptimeOf(id)
    return (
      isUptimeRead(uptime) && (
        <span className="flex items-center gap-3">
          <UptimeDayBars uptime={uptime} />
          {formatDaysAvailability(uptime, true)}
        </span>
      )
    )
  }
  return (
    <PrintedTable
      caption={TITLE}
      columns={columns.map((column) => (column.id === 'uptime' ? { ...column, cell } : column))}
      widths={{ resource: 30, uptime: 50, incidents: 20 }}
      rows={rows}
      rowKey={({ id }) => id}
    />
  )
}

const TITLE = 'Uptime of the affected resources'

/** Table of the circuits and gateways with an incident in the shift. */
export function AffectedResources({ shift }: { shift: ShiftHandover }) {
  const { rows, columns } = useAffectedResources(shift)
  const incidents = listShiftIncidents(shift)
  if (incidents.length === 0) return null
  // number of rows of the placeholder that is shown until the names of the resources are loaded
  const most = new Set(incidents.map(({ incident }) => incident.scope)).size
  return (
    <Panel title={TITLE} flush>
      {rows === null ? (
        <SkeletonRows rows={most + 2} height="2.75rem" />
      ) : (
        <DataTable
          name="affected"
          caption={TITLE}
          columns={columns}
          rows={rows}
          rowKey={({ id }) => id}
          filterable={false}
          toolbar={<UptimeDayCountChoice />}
          empty={<p className="px-3.5 py-3 text-ink-2">No incident was about a circuit or gateway that exists now.</p>}
        />
      )}
    </Panel>
  )
}
