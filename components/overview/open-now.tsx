'use client'

import type { Incident, Overview } from '#lib/contract/index.ts'
import { severities } from '#lib/contract/vocabulary.ts'
import { incidentPart, incidentStatus, incidentTitle } from '../events/incident-words.ts'
import { plural } from '../format/quantity.ts'
import { AcknowledgeCell } from '../incidents/acknowledge-cell.tsx'
import { IncidentActions } from '../incidents/incident-actions.tsx'
import { IncidentTable } from '../incidents/incident-table.tsx'
import { PageLink } from '../links/page-link.tsx'
import { Panel } from '../ui/panel.tsx'
import { Status } from '../ui/status.tsx'
import { More } from './more.tsx'

/** Incidents shown at once; the rest is on their page. */
const SHOWN_INCIDENTS = 4
/** On a phone, where each of them moves what is below by a tenth of the screen. */
const SHOWN_ON_PHONE = 3

/**
 * The open incidents. While there is none the room of one with its next step is kept, which two without it have too: an incident that
 * opens must not push away what is being read.
 */
export function OpenNow({ incidents: { counts, recovered, open } }: { incidents: Overview['incidents'] }) {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return (
    <Panel
      title={all === 0 ? 'Open incidents' : plural(all, 'open incident')}
      note={[
        ...severities.flatMap((severity) => (counts[severity] ? `${counts[severity]} ${severity}` : [])),
        ...(recovered > 0 ? [`${recovered} recovered, monitoring`] : []),
      ].join(', ')}
      flush
      aside={<More href="/incidents">All incidents</More>}
    >
      <div className="min-h-19 sm:min-h-26">
        {all === 0 ? (
          <p className="px-3.5 py-3 text-ink-2">No incident is open.</p>
        ) : (
          <IncidentTable
            name="open-incidents"
            incidents={open.slice(0, SHOWN_INCIDENTS)}
            isBrief={open.length > 1}
            onPhone={<BriefList incidents={open.slice(0, SHOWN_ON_PHONE)} />}
            bare
          />
        )}
      </div>
    </Panel>
  )
}

/** Three lines each, however long the names are. */
function BriefList({ incidents }: { incidents: readonly Incident[] }) {
  return (
    <ul aria-label="Open incidents">
      {incidents.map((incident) => (
        <li key={incident.id} className="flex h-19 items-center gap-3 border-b px-3.5 last:border-b-0">
          <span className="flex min-w-0 flex-1 flex-col gap-1">
            <PageLink href={`/incidents/${incident.id}`} className="link truncate font-medium">
              {incidentTitle(incident)}
            </PageLink>
            <span className="truncate text-xs text-ink-2">
              <Status {...incidentStatus(incident)} /> {incident.assigned && `${incident.assigned.assignee}, `}
              {incidentPart(incident)}
            </span>
            <span className="truncate text-xs">{incident.impact.summary}</span>
          </span>
          <span className="max-w-28 shrink-0 truncate text-xs">
            <AcknowledgeCell incident={incident} />
          </span>
          <IncidentActions incident={incident} />
        </li>
      ))}
    </ul>
  )
}
