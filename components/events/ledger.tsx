'use client'

import type { ReactNode } from 'react'
import type { Event } from '#lib/contract/index.ts'
import { type EventFilter, readAllPages } from '../data/index.ts'
import { BoundsBar } from '../ui/bounds-bar.tsx'
import { useNow } from '../ui/clock.tsx'
import { Status } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { Between, Moment, Since } from '../ui/time.tsx'
import { durationWords, eventStatus, ownerWords, subjectWords } from './event-words.ts'
import { EvidenceButton } from './evidence.tsx'

const severities: Event['severity'][] = ['critical', 'major', 'minor', 'warning', 'info']

const columns: Column<Event>[] = [
  {
    id: 'detected',
    header: 'Detected',
    zoned: true,
    value: ({ detectedAt }) => detectedAt,
    cell: ({ id, detectedAt }) => (
      <span id={id} className="scroll-mt-24">
        <Moment at={detectedAt} zoned={false} />
      </span>
    ),
  },
  {
    id: 'kind',
    header: 'What',
    value: (event) => eventStatus(event).word,
    cell: (event) => <Status {...eventStatus(event)} className="whitespace-nowrap" />,
  },
  {
    id: 'severity',
    header: 'Severity',
    value: ({ severity }) => severity,
    compare: (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity),
    className: 'text-ink-2',
  },
  {
    id: 'where',
    header: 'Where',
    value: ({ scopeName, subject }) => `${scopeName} ${subject}`,
    cell: ({ scopeName, subject }) => (
      <span className="flex flex-col">
        <span className="font-medium">{scopeName}</span>
        <span className="font-mono text-xs whitespace-nowrap text-ink-2">{subjectWords(subject)}</span>
      </span>
    ),
  },
  {
    id: 'started',
    header: 'Happened between',
    zoned: true,
    value: ({ startedBetween }) => startedBetween[0],
    cell: ({ startedBetween }) => <Between bounds={startedBetween} zoned={false} />,
  },
  {
    id: 'duration',
    header: 'Lasted',
    value: ({ duration }) => duration?.atLeastSeconds ?? null,
    cell: (event) => <Lasted event={event} />,
  },
  {
    id: 'cause',
    header: 'Probable cause',
    value: ({ cause }) => cause.class,
    cell: ({ cause }) => {
      const owner = ownerWords(cause)
      return cause.class === 'unknown_cause' ? (
        <span className="text-ink-3">not known</span>
      ) : (
        <span className="flex flex-col">
          <span>{cause.class.replaceAll('_', ' ')}</span>
          {owner && <span className="text-xs text-ink-3">{owner}</span>}
        </span>
      )
    },
  },
  {
    id: 'evidence',
    header: 'Evidence',
    value: ({ evidence }) => evidence.length,
    sortable: false,
    cell: (event) => <EvidenceButton event={event} />,
  },
]

/** How long an event lasted, in words and as a bar whose ends are hatched where they are not certain. */
function Lasted({ event }: { event: Event }) {
  const now = useNow()
  const { kind, startedBetween, endedBetween, duration } = event
  if (kind !== 'session_down' && !duration) return <span className="text-ink-3">–</span>
  const bounds = (pair: readonly [string, string]): [number, number] => [Date.parse(pair[0]), Date.parse(pair[1])]
  return (
    <span className="flex flex-col gap-1 py-0.5">
      <span className="text-xs whitespace-nowrap">
        {duration ? (
          durationWords(duration)
        ) : (
          <>
            <Since bounds={startedBetween} prefix="so far " />
          </>
        )}
      </span>
      <BoundsBar start={bounds(startedBetween)} end={endedBetween && bounds(endedBetween)} now={now} className="w-36" />
    </span>
  )
}

export function Ledger({
  events,
  filter,
  empty,
  paging,
}: {
  events: Event[]
  filter: EventFilter
  empty: ReactNode
  paging: ReactNode
}) {
  return (
    <DataTable
      name="events"
      caption="Events"
      columns={columns}
      rows={events}
      rowKey={({ id }) => id}
      rowTone={(event) => eventStatus(event).tone}
      defaultSort={newest}
      exportRows={() => readAllPages<Event>('events', { ...filter })}
      empty={empty}
      toolbar={paging}
    />
  )
}

const newest = { id: 'detected', desc: true }
