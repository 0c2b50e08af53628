import ChevronDownIcon from 'lucide-react/icons/chevron-down'
import ChevronRightIcon from 'lucide-react/icons/chevron-right'
import { clsx } from 'clsx'
import { type ReactNode, useMemo, useState } from 'react'
import type { DetectedNetworkEvent } from '#lib/incidents/api/index.ts'
import { eventKindRecords, severities, parseSessionSubject } from '#lib/contract/vocabulary.ts'
import { formatCauseClass, formatEvidence, listShownEvidence } from '#lib/contract/words/index.ts'
import { PageLink } from '../links/page-link.tsx'
import {
  type EndpointParameters,
  addPageSelectionToParameters,
  usePageSelection,
  readAllPages,
  useEndpointQuery,
} from '../data/index.ts'
import type { TimeRange } from '../time/time-range.ts'
import { StackedTimeBounds, StackedDateAndTime } from '../ui/times/stacked-time.tsx'
import { toggleInSet } from '../ui/toggled-list.ts'
import { TwoLines } from '../ui/table/cells.tsx'
import type { RowGrouping } from '../ui/table/row-groups.ts'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { computeDurationSince, createDurationColumns, createTimeBoundsColumns } from '../ui/table/exported-rows.ts'
import type { StatusText } from '../ui/status.tsx'
import { getEventStatus, formatEventSubject, isStillOngoing, formatEventOwner } from './event-text.ts'
import { EventDuration } from './event-duration.tsx'
import { EventEvidenceButton } from './evidence.tsx'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { TimeBoundsText } from '../ui/times/time.tsx'
import { buildSessionHref } from '../format/session-address.ts'
import { AffectedPartText } from './part-text.tsx'

/** Shows the subject of an event as text; if the subject is a session, it links to the session's page. */
function Subject({ of: event }: { of: Pick<DetectedNetworkEvent, 'scope' | 'kind' | 'subject' | 'evidence'> }) {
  const ends = parseSessionSubject(event.subject)
  if (!ends) return <AffectedPartText words={formatEventSubject(event)} className="text-ink-2" />
  return (
    <PageLink href={buildSessionHref({ scope: event.scope, ...ends })} className="link font-mono text-xs text-ink-2">
      {formatEventSubject(event)}
    </PageLink>
  )
}

const isKnown = (cause: DetectedNetworkEvent['cause']) => cause.class !== 'unknown_cause'

interface Unfolding {
  unfolded: ReadonlySet<string>
  toggle: (id: string) => void
}

/** Returns the columns of the event log's table. */
export const buildEventLogColumns = ({ unfolded, toggle }: Unfolding): DataTableColumn<DetectedNetworkEvent>[] => [
  {
    id: 'detected',
    header: 'Detected',
    zoned: true,
    value: ({ detectedAt }) => detectedAt,
    phone: 'state',
    cell: ({ id, detectedAt }) => (
      <span id={id} className="scroll-mt-24">
        <StackedDateAndTime at={detectedAt} />
      </span>
    ),
  },
  {
    id: 'kind',
    header: 'Event',
    value: (event) => getEventStatus(event).word,
    compare: (a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity),
    also: [
      { header: 'Severity', value: ({ severity }) => severity },
      { header: 'Seen (times)', value: ({ count }) => count },
      { header: 'Incident', value: ({ incidentId }) => incidentId },
    ],
    phone: 'name',
    cell: (event) => (
      <TwoLines
        first={
          <span className="inline-flex items-center gap-2 max-sm:gap-1">
            <EventEvidenceButton event={event} />
            {event.parts > 0 && (
              <PartsToggle
                parts={event.parts}
                open={unfolded.has(event.id)}
                of={getEventStatus(event).word}
                onToggle={() => toggle(event.id)}
              />
            )}
            {event.incidentId && (
              <PageLink
                href={`/incidents/${event.incidentId}`}
                className="link inline-flex h-6 items-center text-xs max-sm:hidden"
              >
                incident
              </PageLink>
            )}
          </span>
        }
        second={
          <span className="ml-4 inline-flex items-center gap-x-2">
            {event.severity}
            {event.count > 1 && <span>seen {event.count} times</span>}
          </span>
        }
      />
    ),
  },
  {
    id: 'where',
    header: 'Resource',
    value: ({ scopeName, subject }) => `${scopeName} ${subject}`,
    exported: [
      { header: 'Resource', value: ({ scopeName }) => scopeName },
      { header: 'Part', value: (event) => (event.subject === event.scopeName ? null : formatEventSubject(event)) },
    ],
    phone: 'fact',
    cell: (event) => (
      <TwoLines
        first={
          <>
            <span className="mr-2 inline-flex sm:hidden">{event.severity}</span>
            <span className="font-medium">{event.scopeName}</span>
          </>
        }
        second={event.subject !== event.scopeName && <Subject of={event} />}
        title={formatEventSubject(event)}
        className="max-w-64"
      />
    ),
  },
  {
    id: 'started',
    header: 'Started between',
    zoned: true,
    priority: 4,
    value: ({ startedBetween }) => startedBetween[0],
    exported: [
      ...createTimeBoundsColumns<DetectedNetworkEvent>('Started', ({ startedBetween }) => startedBetween),
      ...createTimeBoundsColumns<DetectedNetworkEvent>('Ended', ({ endedBetween }) => endedBetween),
    ],
    cell: ({ startedBetween }) => <StackedTimeBounds bounds={startedBetween} />,
  },
  {
    id: 'duration',
    header: 'Duration',
    value: ({ duration }) => duration?.atLeastSeconds ?? null,
    exported: [
      ...createDurationColumns<DetectedNetworkEvent>('Lasted', (event, at) =>
        isStillOngoing(event) ? computeDurationSince(event.startedBetween, at) : event.duration,
      ),
      { header: 'Ongoing', value: (event) => (isStillOngoing(event) ? 'yes' : 'no') },
    ],
    phone: 'fact',
    cell: (event) => <EventDuration event={event} />,
  },
  {
    id: 'cause',
    header: 'Probable cause',
    value: ({ cause }) => formatCauseClass(cause.class),
    also: [
      { header: 'Confidence (%)', value: ({ cause }) => (isKnown(cause) ? Math.round(cause.confidence * 100) : null) },
      { header: 'Likely owner', value: ({ cause }) => formatEventOwner(cause) },
      { header: 'Next step', value: ({ cause }) => cause.nextStep || null },
      {
        header: 'Evidence',
        value: ({ evidence }) =>
          listShownEvidence(evidence)
            .map((item) => formatEvidence(item))
            .join('; '),
      },
    ],
    priority: 1,
    cell: ({ cause }) => (
      <TwoLines
        first={
          <span className={clsx('block truncate', !isKnown(cause) && 'text-ink-3')}>
            {isKnown(cause) ? formatCauseClass(cause.class) : 'unknown'}
          </span>
        }
        second={isKnown(cause) && formatEventOwner(cause)}
        title={formatCauseClass(cause.class)}
        className="max-w-56"
      />
    ),
  },
]

/** Returns the status whose color marks the table row of an event. A row of an ended event has a neutral color. */
const rowStatus = (event: DetectedNetworkEvent): StatusText =>
  isStillOngoing(event) ? getEventStatus(event) : { ...getEventStatus(event), tone: 'off' }

function PartsToggle({
  parts,
  open,
  of,
  onToggle,
}: {
  parts: number
  open: boolean
  of: string
  onToggle: () => void
}) {
  const Icon = open ? ChevronDownIcon : ChevronRightIcon
  return (
    <button
      type="button"
      aria-expanded={open}
      aria-label={`${parts} related to ${of.toLowerCase()}`}
      onClick={onToggle}
      className="inline-flex h-6 items-center gap-0.5 rounded-xs border px-1 text-xs text-ink-2 hover:bg-hover max-sm:before:content-['+']"
    >
      <Icon aria-hidden className="size-3 max-sm:hidden" />
      {parts} <span className="max-sm:sr-only">related</span>
    </button>
  )
}

export function EventLog({
  events,
  filter,
  range,
  empty,
  tools,
  picture,
}: {
  events: DetectedNetworkEvent[]
  filter: EndpointParameters<'events'>
  range: TimeRange
  empty: ReactNode
  tools: ReactNode
  picture: ReactNode
}) {
  const page = usePageSelection()
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set())
  const columns = useMemo(
    () => buildEventLogColumns({ unfolded, toggle: (id) => setUnfolded((now) => toggleInSet(now, id)) }),
    [unfolded],
  )
  return (
    <DataTable
      name="events"
      filterable={false}
      caption="Events"
      columns={columns}
      rows={events}
      rowKey={({ id }) => id}
      rowDetail={(event) => (unfolded.has(event.id) ? <EventParts of={event} /> : null)}
      statusOf={rowStatus}
      lines={2}
      groupings={groupings}
      defaultSort={newest}
      exportRows={() =>
        readAllPages<DetectedNetworkEvent>('events', addPageSelectionToParameters('events', { ...filter }, page))
      }
      time={{ from: range.from, to: range.to }}
      empty={empty}
      toolbar={tools}
      picture={picture}
    />
  )
}

const newest = { id: 'detected', desc: true }

const groupings: RowGrouping<DetectedNetworkEvent>[] = [
  { id: 'kind', name: 'kind', of: ({ kind }) => eventKindRecords[kind].name },
  { id: 'where', name: 'resource', of: ({ scopeName }) => scopeName },
  {
    id: 'same',
    name: 'recurrence',
    of: (event) => `${eventKindRecords[event.kind].name}: ${event.scopeName}, ${formatEventSubject(event)}`,
  },
  { id: 'severity', name: 'severity', of: ({ severity }) => severity },
]

/** Lists the child events of an event, and recursively the child events of each child event. */
function EventParts({ of }: { of: Pick<DetectedNetworkEvent, 'id' | 'parts'> }) {
  const parts = useEndpointQuery('events', { partOf: of.id, limit: 1000 })
  return (
    <QueryStateView query={parts} skeleton={<SkeletonRows rows={Math.min(of.parts, 4)} height="2.25rem" />}>
      {({ data }) => (
        <ul className="ml-3.5 border-l pl-1">
          {data.toReversed().map((event) => (
            <li key={event.id}>
              <PartRow event={event} />
              {event.parts > 0 && <EventParts of={event} />}
            </li>
          ))}
        </ul>
      )}
    </QueryStateView>
  )
}

function PartRow({ event }: { event: DetectedNetworkEvent }) {
  return (
    <div id={event.id} className="flex scroll-mt-24 flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1.5 text-xs">
      <span className="min-w-44">
        <EventEvidenceButton event={event} />
      </span>
      <span className="min-w-52">
        {event.scopeName} <Subject of={event} />
      </span>
      <span className="text-ink-2">
        <TimeBoundsText bounds={event.startedBetween} />
      </span>
      <EventDuration event={event} inLine />
    </div>
  )
}
