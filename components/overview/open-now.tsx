'use client'

import type { Incident } from '#lib/incidents/api/index.ts'
import type { Overview } from '#lib/overview/api/index.ts'
import { severities } from '#lib/contract/vocabulary.ts'
import { incidentPart, incidentStatus, incidentTitle } from '../events/incident-words.ts'
import { plural } from '../format/quantity.ts'
import { AcknowledgeCell } from '../incidents/acknowledge-cell.tsx'
import { IncidentActions } from '../incidents/incident-actions.tsx'
import { IncidentTable } from '../incidents/incident-table.tsx'
import { nextWords } from '../incidents/next-words.ts'
import { PageLink } from '../links/page-link.tsx'
import { Panel } from '../ui/panel.tsx'
import { Status } from '../ui/status.tsx'
import { More } from './more.tsx'

/** Incidents shown at once; the rest is on their page. */
const SHOWN_INCIDENTS = 4
/** On a phone, where each of them moves what is below by a tenth of the screen. */
const SHOWN_ON_PHONE = 3

/**
 * The open incidents, and the next step of one that is alone, over the whole width: in its column it would take six lines. While there is
 * none the room of that is kept, and two need little more: incidents that open must not push away what is being read.
 */
export function OpenNow({ incidents: { counts, recovered, open } }: { incidents: Overview['incidents'] }) {
  const only = open.length === 1 ? open[0] : undefined
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
      <div className="min-h-19 sm:min-h-32">
        {all === 0 ? (
          <p className="px-3.5 py-3 text-ink-2">No incident is open.</p>
        ) : (
          <>
            <IncidentTable
              name="open-incidents"
              incidents={open.slice(0, SHOWN_INCIDENTS)}
              isBrief
              onPhone={<BriefList incidents={open.slice(0, SHOWN_ON_PHONE)} />}
              bare
            />
            {only && <NextStep incident={only} />}
          </>
        )}
      </div>
    </Panel>
  )
}

/** In two lines at most; its page has all of it. */
function NextStep({ incident }: { incident: Incident }) {
  const words = nextWords(incident)
  return (
    <p className="border-t px-3.5 py-2 text-xs text-ink-2 max-sm:hidden">
      <span title={words} className="line-clamp-2">
        {words}
      </span>
    </p>
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
