'use client'

import type { Incident } from '#lib/contract/index.ts'
import { formatDurationBounds } from '#lib/contract/words/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { ownerWords } from '../events/event-words.ts'
import { plural } from '../format/quantity.ts'
import { useNow } from '../ui/clock.tsx'
import { Status } from '../ui/status.tsx'
import { Between } from '../ui/time.tsx'
import { isOver } from './is-over.ts'
import { incidentLength, incidentPart, incidentStatus, incidentTitle } from '../events/incident-words.ts'

/** A list of incidents in the given order. */
export function IncidentList({ incidents }: { incidents: readonly Incident[] }) {
  return (
    <ol className="@container">
      {incidents.map((incident) => (
        <li key={incident.id} className="border-b last:border-b-0">
          <IncidentItem incident={incident} />
        </li>
      ))}
    </ol>
  )
}

function IncidentItem({ incident }: { incident: Incident }) {
  const now = useNow()
  const { least, most } = incidentLength(incident, now)
  const { cause, acknowledged, state, endedBetween } = incident
  const owner = cause && ownerWords(cause)
  const part = incidentPart(incident)
  return (
    <PageLink
      href={`/incidents/${incident.id}`}
      className="grid grid-cols-[minmax(0,1fr)] gap-x-4 gap-y-0.5 px-3.5 py-2.5 -outline-offset-2 hover:bg-hover @3xl:grid-cols-[13rem_minmax(0,1fr)_auto]"
    >
      <Status {...incidentStatus(incident)} className="self-start" />
      <span className="min-w-0">
        <span className="font-medium">{incidentTitle(incident)}</span>
        {part && <span className="ml-2 font-mono text-xs break-words text-ink-2">{part}</span>}
        <span className="block text-xs text-ink-2">
          {owner ? `Probably ${owner}. ` : ''}
          {cause?.nextStep}
        </span>
      </span>
      <span className="text-xs text-ink-2 @3xl:text-right" suppressHydrationWarning>
        <span className="block font-medium text-ink tabular-nums">
          {endedBetween ? 'lasted ' : 'for '}
          {formatDurationBounds(least, most)}
        </span>
        <span className="block">
          began <Between bounds={incident.startedBetween} />
        </span>
        {isOver(incident) && (
          <span className="block">
            ended <Between bounds={incident.endedBetween} />, closes after 2 min without a recurrence
          </span>
        )}
        <span className="block text-ink-3">
          {plural(incident.events, 'event')}
          {acknowledged ? `, acknowledged by ${acknowledged.by}` : state === 'open' ? ', unacknowledged' : ''}
        </span>
      </span>
    </PageLink>
  )
}
