import { formatDurationRange } from '#lib/contract/words/index.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import {
  formatIncidentOwner,
  formatAffectedPartOfIncident,
  formatIncidentTitle,
  formatOutages,
  getIncidentDuration,
  getIncidentStatus,
} from '../events/incident-text.ts'
import { PrintedTable } from '../paper/paper-table.tsx'
import { StateLabel } from '../ui/status.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { useNow } from '../ui/times/page-clock.tsx'
import { TimeBoundsText } from '../ui/times/time.tsx'
import { formatNextStep } from './next-step-text.ts'

/**
 * Table of incidents on paper, each with its next step or its impact below.
 * @param more further column at the end
 */
export function PrintedIncidents({
  caption,
  incidents,
  more,
}: {
  caption: string
  incidents: readonly Incident[]
  more?: DataTableColumn<Incident>
}) {
  const now = useNow()
  return (
    <PrintedTable
      caption={caption}
      columns={[...createColumns(now), ...(more ? [more] : [])]}
      widths={{ incident: 22, state: 14, began: 17, ended: 17, lasted: 17, owner: 13, ...(more && { [more.id]: 12 }) }}
      rows={incidents}
      rowKey={({ id }) => id}
      rowDetail={formatNextStep}
    />
  )
}

/** @param now time at which the durations of ongoing incidents are measured, epoch milliseconds */
const createColumns = (now: number): DataTableColumn<Incident>[] => [
  {
    id: 'incident',
    header: 'Incident',
    value: formatIncidentTitle,
    cell: (incident) => (
      <>
        <span className="font-medium">{formatIncidentTitle(incident)}</span>
        <span className="block text-ink-2">{formatAffectedPartOfIncident(incident)}</span>
      </>
    ),
  },
  {
    id: 'state',
    header: 'State',
    value: ({ state }) => state,
    cell: (incident) => (
      <>
        <StateLabel {...getIncidentStatus(incident)} />
        <span className="block text-ink-2">{incident.maintenance ? 'maintenance' : incident.severity}</span>
      </>
    ),
  },
  {
    id: 'began',
    header: 'Began',
    value: ({ startedBetween }) => startedBetween[0],
    cell: ({ startedBetween }) => <TimeBoundsText bounds={startedBetween} />,
  },
  {
    id: 'ended',
    header: 'Ended',
    value: ({ endedBetween }) => endedBetween?.[0] ?? null,
    cell: ({ endedBetween, state }) =>
      endedBetween ? <TimeBoundsText bounds={endedBetween} /> : state === 'closed' ? 'not known' : 'ongoing',
  },
  {
    id: 'lasted',
    header: 'Lasted',
    value: (incident) => {
      const { least, most } = getIncidentDuration(incident, now)
      return formatOutages(incident, now) ?? formatDurationRange(least, most)
    },
  },
  { id: 'owner', header: 'Likely owner', value: formatIncidentOwner },
]
