import { WHOLE_ESTATE } from '#lib/contract/vocabulary.ts'
import type { IncidentDetail } from '#lib/incidents/api/index.ts'
import { ConfigurationChangesPanel } from '../changes/changes-panel.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { EmptyNote, QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { IncidentRows } from './incident-row.tsx'
import { groupRecurringIncidents } from './recurrence.tsx'

/** Maximum numbers of other incidents and of configuration changes. */
const MAX_INCIDENTS = 8
const MAX_CHANGES = 6

/**
 * Panels with the other closed incidents of an incident's resource, and the latest configuration changes of this
 * resource. For an incident of the whole estate, they are the changes of all resources.
 */
export function IncidentBackground({ incident: { id, scope, scopeName } }: { incident: IncidentDetail }) {
  const closed = useEndpointQuery('incidents', { state: 'closed', scope, limit: MAX_INCIDENTS + 1 })
  return (
    <>
      <Panel
        title="Other closed incidents"
        note={scopeName}
        flush
        aside={
          <PageLink
            href={`/incidents?scope=${encodeURIComponent(scope)}`}
            className="link text-xs text-ink-2 print:hidden"
          >
            All
          </PageLink>
        }
      >
        <QueryStateView query={closed} skeleton={<SkeletonRows rows={MAX_INCIDENTS} height="3.75rem" />}>
          {({ data }) => {
            const others = data.filter((one) => one.id !== id).slice(0, MAX_INCIDENTS)
            return others.length === 0 ? (
              <EmptyNote title="No other closed incident" />
            ) : (
              <IncidentRows name="Other closed incidents" groups={groupRecurringIncidents(others)} isHistory />
            )
          }}
        </QueryStateView>
      </Panel>
      <ConfigurationChangesPanel scopes={[scope === WHOLE_ESTATE ? null : scope]} most={MAX_CHANGES} />
    </>
  )
}
