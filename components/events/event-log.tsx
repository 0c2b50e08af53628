'use client'

import ChevronDownIcon from 'lucide-react/icons/chevron-down'
import ChevronRightIcon from 'lucide-react/icons/chevron-right'
import { type ReactNode, useMemo, useState } from 'react'
import type { Event } from '#lib/incidents/api/index.ts'
import { eventKindRecords, severities } from '#lib/contract/vocabulary.ts'
import { causeWords, evidenceWords } from '#lib/contract/words/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { type EndpointParameters, ofPage, usePageScope, readAllPages } from '../data/index.ts'
import type { TimeRange } from '../time/range.ts'
import { StackedBetween, StackedMoment } from '../ui/times/stacked-time.tsx'
import { Status } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { lastedSince, secondBounds, timeBounds } from '../ui/table/exported.ts'
import { eventStatus, eventSubjectWords, goesOn, eventOwnerWords } from './event-words.ts'
import { Subject } from './subject.tsx'
import { EventDuration } from './event-duration.tsx'
import { EvidenceButton } from './evidence.tsx'
import { EventParts } from './parts.tsx'

const isKnown = (cause: Event['cause']) => cause.class !== 'unknown_cause'

interface Unfolding {
  unfolded: ReadonlySet<string>
  toggle: (id: string) => void
}

/** The columns of the event log. */
export const eventLogColumns = ({ unfolded, toggle }: Unfolding): Column<Event>[] => [
  {
    id: 'detected',
    header: 'Detected',
    zoned: true,
    value: ({ detectedAt }) => detectedAt,
    cell: ({ id, detectedAt }) => (
      <span id={id} className="scroll-mt-24">
        <StackedMoment at={detectedAt} />
      </span>
    ),
  },
  {
    id: 'kind',
    header: 'Event',
    value: (event) => eventStatus(event).word,
    compare: (a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity),
    exported: [
      { header: 'Event', value: (event) => eventStatus(event).word },
      { header: 'Severity', value: ({ severity }) => severity },
      { header: 'Seen (times)', value: ({ count }) => count },
      { header: 'Incident', value: ({ incidentId }) => incidentId },
    ],
    cell: (event) => (
      <span className="flex flex-col gap-0.5">
        <span title={eventKindRecords[event.kind].meaning}>
          <Status {...eventStatus(event)} className="whitespace-nowrap" />
        </span>
        <span className="ml-4 flex items-center gap-x-1.5 gap-y-0.5 text-xs whitespace-nowrap text-ink-3 max-sm:flex-wrap">
          {event.severity}
          {event.count > 1 && <span>seen {event.count} times</span>}
          {event.parts > 0 && (
            <PartsToggle
              parts={event.parts}
              open={unfolded.has(event.id)}
              of={eventStatus(event).word}
              onToggle={() => toggle(event.id)}
            />
          )}
          {event.incidentId && (
            <PageLink href={`/incidents/${event.incidentId}`} className="link text-ink-2">
              incident
            </PageLink>
          )}
        </span>
      </span>
    ),
  },
  {
    id: 'where',
    header: 'Resource',
    value: ({ scopeName, subject }) => `${scopeName} ${subject}`,
    exported: [
      { header: 'Resource', value: ({ scopeName }) => scopeName },
      { header: 'Part', value: (event) => (event.subject === event.scopeName ? null : eventSubjectWords(event)) },
    ],
    cell: (event) => (
      <span className="flex flex-col">
        <span className="font-medium">{event.scopeName}</span>
        <Subject of={event} className="w-fit max-w-64 break-words" />
      </span>
    ),
  },
  {
    id: 'started',
    header: 'Started between',
    zoned: true,
    value: ({ startedBetween }) => startedBetween[0],
    exported: [
      ...timeBounds<Event>('Started', ({ startedBetween }) => startedBetween),
      ...timeBounds<Event>('Ended', ({ endedBetween }) => endedBetween),
    ],
    cell: ({ startedBetween }) => <StackedBetween bounds={startedBetween} />,
  },
  {
    id: 'duration',
    header: 'Duration',
    value: ({ duration }) => duration?.atLeastSeconds ?? null,
    exported: [
      ...secondBounds<Event>('Lasted', (event, at) =>
        goesOn(event) ? lastedSince(event.startedBetween, at) : event.duration,
      ),
      { header: 'Ongoing', value: (event) => (goesOn(event) ? 'yes' : 'no') },
    ],
    cell: (event) => <EventDuration event={event} />,
  },
  {
    id: 'cause',
    header: 'Probable cause',
    value: ({ cause }) => causeWords(cause.class),
    exported: [
      { header: 'Probable cause', value: ({ cause }) => causeWords(cause.class) },
      { header: 'Confidence (%)', value: ({ cause }) => (isKnown(cause) ? Math.round(cause.confidence * 100) : null) },
      { header: 'Likely owner', value: ({ cause }) => eventOwnerWords(cause) },
      { header: 'Next step', value: ({ cause }) => cause.nextStep || null },
    ],
    cell: ({ cause }) => {
      const owner = eventOwnerWords(cause)
      return !isKnown(cause) ? (
        <span className="text-ink-3">unknown</span>
      ) : (
        <span className="flex flex-col">
          <span>{causeWords(cause.class)}</span>
          {owner && <span className="text-xs text-ink-3">{owner}</span>}
        </span>
      )
    },
  },
  {
    id: 'evidence',
    header: 'Evidence',
    value: ({ evidence }) => evidence.map((item) => evidenceWords(item)).join('; '),
    sortable: false,
    cell: (event) => <EvidenceButton event={event} />,
  },
]

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
      className="inline-flex items-center gap-0.5 rounded-xs border px-1 text-xs text-ink-2 hover:bg-hover"
    >
      <Icon aria-hidden className="size-3" />
      {parts} related
    </button>
  )
}

export function EventLog({
  events,
  filter,
  range,
  empty,
  paging,
}: {
  events: Event[]
  filter: EndpointParameters<'events'>
  range: TimeRange
  empty: ReactNode
  paging: ReactNode
}) {
  const page = usePageScope()
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set())
  const columns = useMemo(() => {
    const toggle = (id: string) =>
      setUnfolded((now) => (now.has(id) ? new Set([...now].filter((other) => other !== id)) : new Set([...now, id])))
    return eventLogColumns({ unfolded, toggle })
  }, [unfolded])
  return (
    <DataTable
      name="events"
      filterable={false}
      caption="Events"
      columns={columns}
      rows={events}
      rowKey={({ id }) => id}
      rowDetail={(event) => (unfolded.has(event.id) ? <EventParts of={event} /> : null)}
      rowTone={(event) => eventStatus(event).tone}
      defaultSort={newest}
      exportRows={() => readAllPages<Event>('events', ofPage('events', { ...filter }, page))}
      time={{ from: range.from, to: range.to }}
      empty={empty}
      toolbar={paging}
    />
  )
}

const newest = { id: 'detected', desc: true }
