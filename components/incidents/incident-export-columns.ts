import type { Incident } from '#lib/incidents/api/index.ts'
import {
  formatUnrestoredEnd,
  getIncidentDuration,
  formatIncidentOwner,
  formatAffectedPartOfIncident,
  getIncidentStatus,
  formatIncidentTitle,
} from '../events/incident-text.ts'
import { createDurationColumns, createTimeBoundsColumns } from '../ui/table/exported-rows.ts'
import { omitLastKnownTime } from '../ui/status-text.ts'
import type { DataTableColumn } from '../ui/table/table-columns.ts'

/** Columns of a list of incidents in an exported file. */
export const incidentExportColumns: DataTableColumn<Incident>[] = [
  {
    id: 'incident',
    header: 'Incident',
    value: formatIncidentTitle,
    also: [
      { header: 'Part', value: (incident) => formatAffectedPartOfIncident(incident) || null },
      { header: 'Id', value: ({ id }) => id },
      { header: 'Needs you', value: ({ needsYou }) => needsYou.when },
      { header: 'Needs you because', value: ({ needsYou }) => needsYou.reason },
      { header: 'Impact', value: ({ impact }) => impact.summary },
      { header: 'State', value: (incident) => omitLastKnownTime(getIncidentStatus(incident)).word },
      { header: 'Severity', value: ({ severity }) => severity },
      { header: 'Maintenance', value: ({ maintenance }) => (maintenance ? 'yes' : 'no') },
      ...createTimeBoundsColumns<Incident>('Began', ({ startedBetween }) => startedBetween),
      ...createTimeBoundsColumns<Incident>('Ended', ({ endedBetween }) => endedBetween),
      { header: 'Ending', value: formatUnrestoredEnd },
      { header: 'Outages', value: ({ outages }) => outages.length },
      ...createDurationColumns<Incident>('Lasted', (incident, at) => {
        const { least, most } = getIncidentDuration(incident, at)
        return { atLeastSeconds: least / 1_000, atMostSeconds: most === null ? null : most / 1_000 }
      }),
      { header: 'Likely owner', value: formatIncidentOwner },
      { header: 'Acknowledged by', value: ({ acknowledged }) => acknowledged?.by ?? null },
      { header: 'Acknowledged at (UTC)', value: ({ acknowledged }) => acknowledged?.at ?? null },
      { header: 'Note', value: ({ acknowledged }) => acknowledged?.note ?? null },
      { header: 'Assigned to', value: ({ assigned }) => assigned?.assignee ?? null },
      { header: 'Assigned by', value: ({ assigned }) => assigned?.by ?? null },
      { header: 'Assigned at (UTC)', value: ({ assigned }) => assigned?.at ?? null },
      { header: 'Events', value: ({ events }) => events },
    ],
  },
]
