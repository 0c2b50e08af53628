import type { IncidentDetail } from '#lib/incidents/api/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { formatIncidentTitle } from '../events/incident-text.ts'
import { useEndpointQuery } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { usePageTime } from '../time/use-page-time.ts'
import { QueryStateView } from '../ui/answer-view.tsx'
import { PageHeader } from '../ui/page-head.tsx'
import { TimeBoundsText } from '../ui/times/time.tsx'
import { isUnknownResource, UnknownResource } from '../ui/unknown-resource.tsx'

const Unknown = () => <UnknownResource list={{ href: '/incidents', name: 'Incidents' }} />

/**
 * Page of an incident that the API does not know at the past time that the page shows. If the incident was opened after
 * that time, the page gives its start, with a link to the time of its opening and a button to show it now.
 * @param at time that the page shows, ISO 8601
 */
export function BeforeIncident({ id, at }: { id: string; at: string }) {
  const incident = useEndpointQuery('incidents/{id}', { id, at: null })
  if (isUnknownResource(incident)) return <Unknown />
  return (
    <QueryStateView query={incident} skeleton={<div className="skeleton h-24" />}>
      {({ data }) =>
        Date.parse(data.openedAt) > Date.parse(at) ? <NotOpenedYet incident={data} at={at} /> : <Unknown />
      }
    </QueryStateView>
  )
}

function NotOpenedYet({ incident, at }: { incident: IncidentDetail; at: string }) {
  const { backToNow } = usePageTime()
  const { id, startedBetween, openedAt } = incident
  const isBeforeStart = Date.parse(at) < Date.parse(startedBetween[0])
  // the API contains the incident from the time at which it was opened; a full second is not before this time
  const known = new Date(Math.ceil(Date.parse(openedAt) / MS_PER_SECOND) * MS_PER_SECOND).toISOString()
  return (
    <div role="alert">
      <PageHeader title={formatIncidentTitle(incident)} />
      <p className="text-ink-2">
        This incident began <TimeBoundsText bounds={startedBetween} isSpelled />
        {isBeforeStart
          ? ', after the shown time.'
          : '. At the shown time, Peerwatch had not detected the incident yet.'}
      </p>
      <p className="mt-3 flex flex-wrap items-baseline gap-x-5 gap-y-1 print:hidden">
        <PageLink
          href={`/incidents/${encodeURIComponent(id)}?at=${encodeURIComponent(known)}`}
          className="link min-h-6"
        >
          Show the incident at its opening
        </PageLink>
        <button type="button" className="link min-h-6" onClick={backToNow}>
          Show the incident now
        </button>
      </p>
    </div>
  )
}
