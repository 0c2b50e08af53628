import type { Incident } from '#lib/incidents/api/index.ts'
import {
  formatEnding,
  incidentLength,
  incidentOwner,
  formatIncidentPart,
  incidentStatus,
  formatIncidentTitle,
} from '../events/incident-text.ts'
import { secondBounds, timeBounds } from '../ui/table/exported.ts'
import type { Column } from '../ui/table/features.ts'

/** Columns of an exported file of incidents. */
export const incidentFile: Column<Incident>[] = [
  {
    id: 'incident',
    header: 'Incident',
    value: formatIncidentTitle,
    also: [
      { header: 'Part', value: (incident) => formatIncidentPart(incident) || null },
      { header: 'Id', value: ({ id }) => id },
      { header: 'Impact', value: ({ impact }) => impact.summary },
      { header: 'State', value: (incident) => incidentStatus(incident).word },
      { header: 'Severity', value: ({ severity }) => severity },
      { header: 'Maintenance', value: ({ maintenance }) => (maintenance ? 'yes' : 'no') },
      ...timeBounds<Incident>('Began', ({ startedBetween }) => startedBetween),
      ...timeBounds<Incident>('Ended', ({ endedBetween }) => endedBetween),
      { header: 'Ending', value: formatEnding },
      { header: 'Outages', value: ({ outages }) => outages.length },
      ...secondBounds<Incident>('Lasted', (incident, at) => {
        const { least, most } = incidentLength(incident, at)
        return { atLeastSeconds: least / 1_000, atMostSeconds: most === null ? null : most / 1_000 }
      }),
      { header: 'Likely owner', value: incidentOwner },
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
