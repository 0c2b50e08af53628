'use client'

import { clsx } from 'clsx'
import type { Incident } from '#lib/incidents/api/index.ts'
import { severities } from '#lib/contract/vocabulary.ts'
import { formatDurationBounds, formatDurationRange } from '#lib/contract/words/index.ts'
import { incidentLength, incidentOwner, incidentPart, incidentStatus, incidentTitle } from '../events/incident-words.ts'
import { PartWords } from '../events/part-words.tsx'
import { PageLink } from '../links/page-link.tsx'
import { OutagesBar } from './outages-bar.tsx'
import { serverNow } from '../data/server-clock.ts'
import { useNow } from '../ui/times/clock.tsx'
import { StackedBetween } from '../ui/times/stacked-time.tsx'
import { Status, statusText } from '../ui/status.tsx'
import { secondBounds, timeBounds } from '../ui/table/exported.ts'
import type { Column } from '../ui/table/features.ts'
import { AcknowledgeCell } from './acknowledge-cell.tsx'
import { isOver } from './is-over.ts'
import { nothing } from '../ui/table/nothing.tsx'
import { IncidentActions } from './incident-actions.tsx'

const phases: Incident['phase'][] = ['ongoing', 'recovered', 'closed']

const ownerOf = ({ cause }: Incident) => cause?.owner ?? 'unknown'

/** The columns of incidents, here and in files. */
export const incidentColumns: Column<Incident>[] = [
  {
    id: 'incident',
    header: 'Incident',
    value: (incident) => [incidentTitle(incident), incidentPart(incident)].filter(Boolean).join(', '),
    exported: [
      { header: 'Incident', value: incidentTitle },
      { header: 'Part', value: (incident) => incidentPart(incident) || null },
      { header: 'Id', value: ({ id }) => id },
      { header: 'Impact', value: ({ impact }) => impact.summary },
    ],
    cell: (incident) => <Title incident={incident} />,
  },
  {
    id: 'state',
    header: 'State',
    value: (incident) => statusText(incidentStatus(incident)),
    compare: (a, b) =>
      phases.indexOf(a.phase) - phases.indexOf(b.phase) ||
      severities.indexOf(a.severity) - severities.indexOf(b.severity),
    exported: [
      { header: 'State', value: (incident) => incidentStatus(incident).word },
      { header: 'Severity', value: ({ severity }) => severity },
      { header: 'Maintenance', value: ({ maintenance }) => (maintenance ? 'yes' : 'no') },
    ],
    cell: (incident) => <State incident={incident} />,
  },
  {
    id: 'began',
    header: 'Began between',
    zoned: true,
    value: ({ startedBetween }) => startedBetween[0],
    exported: [
      ...timeBounds<Incident>('Began', ({ startedBetween }) => startedBetween),
      ...timeBounds<Incident>('Ended', ({ endedBetween }) => endedBetween),
    ],
    cell: ({ startedBetween }) => <StackedBetween bounds={startedBetween} />,
  },
  {
    id: 'duration',
    header: 'Duration',
    value: (incident) => incidentLength(incident, 0).least,
    compare: (a, b) => leastNow(a) - leastNow(b),
    exported: secondBounds<Incident>('Lasted', (incident, at) => {
      const { least, most } = incidentLength(incident, at)
      return { atLeastSeconds: least / 1_000, atMostSeconds: most === null ? null : most / 1_000 }
    }),
    cell: (incident) => <Duration incident={incident} />,
  },
  {
    id: 'owner',
    header: 'Likely owner',
    value: incidentOwner,
    cell: (incident) => (
      <span className={clsx('whitespace-nowrap', ownerOf(incident) === 'unknown' && 'text-ink-3')}>
        {incidentOwner(incident)}
      </span>
    ),
  },
  {
    id: 'acknowledged',
    header: 'Acknowledged',
    // its controls
    keep: true,
    value: ({ acknowledged }) => acknowledged?.by ?? null,
    exported: [
      { header: 'Acknowledged by', value: ({ acknowledged }) => acknowledged?.by ?? null },
      { header: 'Acknowledged at (UTC)', value: ({ acknowledged }) => acknowledged?.at ?? null },
      { header: 'Note', value: ({ acknowledged }) => acknowledged?.note ?? null },
    ],
    cell: (incident) => <AcknowledgeCell incident={incident} />,
  },
  {
    id: 'assigned',
    header: 'Assigned',
    // its controls
    keep: true,
    value: ({ assigned }) => assigned?.assignee ?? null,
    exported: [
      { header: 'Assigned to', value: ({ assigned }) => assigned?.assignee ?? null },
      { header: 'Assigned by', value: ({ assigned }) => assigned?.by ?? null },
      { header: 'Assigned at (UTC)', value: ({ assigned }) => assigned?.at ?? null },
    ],
    cell: (incident) => <AssignedCell incident={incident} />,
  },
  { id: 'events', header: 'Events', align: 'right', value: ({ events }) => events },
]

const leastNow = (incident: Incident) => incidentLength(incident, serverNow()).least

/** Name, part and impact; of one that goes on its next step, too, which is what its reader came for. */
function Title({ incident }: { incident: Incident }) {
  const [title, part] = [incidentTitle(incident), incidentPart(incident)]
  const isClosed = incident.state === 'closed'
  return (
    <span className="flex min-w-56 flex-col gap-0.5 py-0.5 lg:min-w-72 print:min-w-48">
      <span title={isClosed ? `${[title, part].filter(Boolean).join(', ')}: ${incident.impact.summary}` : undefined}>
        <PageLink href={`/incidents/${incident.id}`} className="link font-medium">
          {title}
        </PageLink>
        {part && <PartWords words={part} className="ml-2 break-words text-ink-2" />}
      </span>
      <span
        className={clsx(
          'text-xs font-normal',
          // of one that is over as much as a line holds; beside the duration, which has two, it makes no row higher
          isClosed ? 'text-ink-2 max-sm:hidden sm:w-0 sm:min-w-full sm:truncate' : 'max-w-prose',
        )}
      >
        {incident.impact.summary}
      </span>
      {incident.phase === 'ongoing' && incident.cause?.nextStep && (
        <span className="max-w-prose text-xs text-ink-2">{incident.cause.nextStep}</span>
      )}
      {isOver(incident) && <span className="text-xs text-ink-3">closes after 2 min without a recurrence</span>}
    </span>
  )
}

/** One line, but for what is not known: its reason would take the room of the incident. */
function State({ incident }: { incident: Incident }) {
  const status = incidentStatus(incident)
  return (
    <Status
      {...status}
      {...(incident.unverifiedSince === null && { className: 'whitespace-nowrap print:whitespace-normal' })}
    />
  )
}

function Duration({ incident }: { incident: Incident }) {
  const now = useNow()
  const { least, most } = incidentLength(incident, now)
  return (
    <span
      className="flex flex-col gap-1 py-0.5 text-xs whitespace-nowrap tabular-nums print:whitespace-normal"
      title={formatDurationBounds(least, most)}
      suppressHydrationWarning
    >
      {formatDurationRange(least, incident.endedBetween ? most : null)}
      <OutagesBar incident={incident} now={now} className="h-2 w-36 print:w-24" />
    </span>
  )
}

/** Who works on it, and what else can be done with it. */
function AssignedCell({ incident }: { incident: Incident }) {
  const { assigned } = incident
  return (
    <span className="flex items-center justify-between gap-1">
      {assigned ? (
        <span className="max-w-40 truncate" title={assigned.note ?? undefined}>
          {assigned.assignee}
        </span>
      ) : (
        nothing
      )}
      <IncidentActions incident={incident} />
    </span>
  )
}
