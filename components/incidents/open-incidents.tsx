'use client'

import dynamic from 'next/dynamic'
import type { ReactNode } from 'react'
import type { Incident } from '#lib/contract/index.ts'
import { formatDurationBounds } from '#lib/contract/words/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { useEndpoint } from '../data/index.ts'
import { ownerWords } from '../events/event-words.ts'
import { useNow } from '../ui/clock.tsx'
import { Facts, Panel } from '../ui/panel.tsx'
import { Status } from '../ui/status.tsx'
import { Between } from '../ui/time.tsx'
import { isOver } from './is-over.ts'
import { openIncidentsOf } from './list-sizes.ts'
import {
  incidentLength,
  incidentMeaning,
  incidentPart,
  incidentStatus,
  incidentTitle,
} from '../events/incident-words.ts'

/** Hardly ever needed on a resource's page, which has no other table. */
const IncidentTable = dynamic(() => import('./incident-table.tsx').then((part) => part.IncidentTable))

/**
 * The open incidents of a resource; empty while there is none. The worst has meaning, owner and redundancy.
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
  const [first, ...rest] = useEndpoint('incidents', openIncidentsOf(scope, subject)).data?.data ?? []
  if (!first) return null
  return (
    <Panel
      title={rest.length === 0 ? 'Open incident' : 'Open incidents'}
      aside={<Status {...incidentStatus(first)} />}
      flush
    >
      <Brief incident={first} redundancy={redundancy} />
      {rest.length > 0 && (
        <div className="border-t">
          <IncidentTable name="open-incidents" incidents={rest} bare />
        </div>
      )}
    </Panel>
  )
}

function Brief({ incident, redundancy }: { incident: Incident; redundancy: ReactNode }) {
  const now = useNow()
  const { least, most } = incidentLength(incident, now)
  const { cause, acknowledged, startedBetween } = incident
  const facts: [string, ReactNode][] = [
    ['Resource', incidentPart(incident) || incident.scopeName],
    [
      isOver(incident) ? 'Duration' : 'Duration so far',
      <span key="lasted" className="tabular-nums" suppressHydrationWarning>
        {formatDurationBounds(least, most)}
      </span>,
    ],
    ['Began between', <Between key="began" bounds={startedBetween} />],
    ['Likely owner', (cause && ownerWords(cause)) ?? 'unknown'],
    ['Redundancy', redundancy],
    ['Acknowledged by', acknowledged?.by ?? 'unacknowledged'],
  ]
  if (isOver(incident)) facts.splice(3, 0, ['Ended between', <Between key="ended" bounds={incident.endedBetween} />])
  return (
    <div className="grid gap-3 p-3.5">
      <p className="text-base">
        <PageLink href={`/incidents/${incident.id}`} className="link font-semibold">
          {incidentTitle(incident)}
        </PageLink>
        <span className="ml-2 text-ink-2">
          {isOver(incident)
            ? 'Recovered, monitoring: it closes after 2 minutes without a recurrence.'
            : incidentMeaning(incident)}
        </span>
      </p>
      <Facts facts={facts} className="!grid-cols-[repeat(auto-fill,minmax(11rem,1fr))]" />
      {cause?.nextStep && <p className="text-ink-2">Next step: {cause.nextStep}</p>}
    </div>
  )
}
