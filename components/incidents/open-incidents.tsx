'use client'

import type { ReactNode } from 'react'
import type { Incident } from '#lib/incidents/api/index.ts'
import { formatDurationBounds } from '#lib/contract/words/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { useEndpoint } from '../data/index.ts'
import { eventOwnerWords } from '../events/event-words.ts'
import { useNow } from '../ui/times/clock.tsx'
import { Facts } from '../ui/panel.tsx'
import { Status } from '../ui/status.tsx'
import { Between } from '../ui/times/time.tsx'
import { AcknowledgeCell } from './acknowledge-cell.tsx'
import { IncidentActions } from './incident-actions.tsx'
import { isOver } from './is-over.ts'
import { openIncidentsOf } from './list-sizes.ts'
import { nextWords } from './next-words.ts'
import { incidentLength, incidentPart, incidentStatus, incidentTitle } from '../events/incident-words.ts'

/**
 * The open incidents of a resource: the worst with its facts and next step, the others by name. On a phone its page has the facts. While
 * none is open room is kept for most of it: an incident that opens must not push away what is being read.
 * @param subject of one session of the resource: only its own incidents
 */
export function OpenIncidents({
  scope,
  subject = null,
  redundancy,
}: {
  scope: string
  subject?: string | null
  redundancy: ReactNode
}) {
  const incidents = useEndpoint('incidents', openIncidentsOf(scope, subject))
  const [first, ...rest] = incidents.data?.data ?? []
  return (
    <section
      aria-label={rest.length === 0 ? 'Open incident' : 'Open incidents'}
      className="flex min-h-16 min-w-0 flex-col justify-center rounded-lg border bg-surface sm:min-h-24"
    >
      {first ? (
        <>
          <Head incident={first} others={rest} />
          <Brief incident={first} redundancy={redundancy} />
        </>
      ) : (
        <p className="flex flex-wrap items-baseline justify-between gap-x-4 px-3.5 text-ink-2">
          {incidents.data ? (
            'No incident is open.'
          ) : incidents.error ? (
            'Open incidents are unknown.'
          ) : (
            <span className="skeleton h-4 w-40" />
          )}
          <PageLink
            href={`/incidents?scope=${encodeURIComponent(scope)}`}
            className="link text-xs text-ink-2 hover:text-ink"
          >
            All incidents
          </PageLink>
        </p>
      )}
    </section>
  )
}

function Head({ incident, others }: { incident: Incident; others: readonly Incident[] }) {
  return (
    <header className="flex items-center gap-x-3 gap-y-1 px-3.5 py-1.5 max-sm:flex-wrap sm:border-b">
      <h2 className="min-w-0 truncate text-sm font-semibold max-sm:basis-full sm:max-w-[50%] sm:shrink-0">
        <Link incident={incident} />
      </h2>
      <p className="min-w-0 flex-1 truncate text-xs text-ink-2 max-sm:order-last">
        {others.length > 0 && 'Also open: '}
        {others.map((other, index) => (
          <span key={other.id}>
            {index > 0 && ', '}
            <Link incident={other} />
          </span>
        ))}
      </p>
      <Status {...incidentStatus(incident)} className="whitespace-nowrap" />
      <span className="max-w-40 shrink-0 truncate text-xs">
        <AcknowledgeCell incident={incident} />
      </span>
      <IncidentActions incident={incident} />
    </header>
  )
}

function Link({ incident }: { incident: Incident }) {
  return (
    <PageLink href={`/incidents/${incident.id}`} className="link">
      {incidentTitle(incident)}
    </PageLink>
  )
}

function Brief({ incident, redundancy }: { incident: Incident; redundancy: ReactNode }) {
  const now = useNow()
  const { least, most } = incidentLength(incident, now)
  const { cause, startedBetween } = incident
  const facts: [string, ReactNode][] = [
    ['Resource', incidentPart(incident) || incident.scopeName],
    [
      isOver(incident) ? 'Duration' : 'Duration so far',
      <span key="lasted" className="tabular-nums" suppressHydrationWarning>
        {formatDurationBounds(least, most)}
      </span>,
    ],
    ['Began between', <Between key="began" bounds={startedBetween} />],
    ['Likely owner', (cause && eventOwnerWords(cause)) ?? (incident.diagnosing ? 'diagnosing' : 'unknown')],
    ...(incident.assigned ? [['Assigned to', incident.assigned.assignee] satisfies [string, ReactNode]] : []),
  ]
  if (isOver(incident)) facts.splice(3, 0, ['Ended between', <Between key="ended" bounds={incident.endedBetween} />])
  return (
    <div className="grid gap-1.5 px-3.5 py-2 max-sm:hidden">
      <Facts facts={facts} className="!grid-cols-[repeat(auto-fit,minmax(11rem,1fr))]" />
      <p>
        <span className="text-ink-3">Impact:</span> {incident.impact.summary}
      </p>
      <p className="text-ink-2">
        <span className="mr-3">{nextWords(incident)}</span>
        Redundancy: {redundancy}
      </p>
    </div>
  )
}
