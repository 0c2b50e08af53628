'use client'

import { parseAsString, useQueryState } from 'nuqs'
import { useEndpointQuery } from '../data/index.ts'
import { PageAge } from '../ui/times/answer-age.tsx'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { PastDataGaps } from '../time/data-gaps.tsx'
import { PageHeader } from '../ui/page-head.tsx'
import { SavedViewsMenu } from '../views/saved-views-menu.tsx'
import { Panel } from '../ui/panel.tsx'
import { ResourceSelect } from '../ui/scope-select.tsx'
import { SessionTable } from './session-table.tsx'

export function SessionsPage() {
  const [scope, setScope] = useQueryState('scope', parseAsString.withOptions({ history: 'push' }))
  const at = useSelectedPastMoment()
  const sessions = useEndpointQuery('sessions', { scope })
  return (
    <>
      <PageHeader title="Sessions" age={<PageAge answer={sessions.data} />} actions={<SavedViewsMenu />} />
      <Panel flush>
        <QueryStateView query={sessions} skeleton={<SkeletonRows rows={10} />}>
          {(answer) => (
            <>
              {at !== null && <PastDataGaps answer={answer} />}
              <SessionTable sessions={answer.data} at={at} settled={answer.settled} scope={scope}>
                <ResourceSelect hideLabel scope={scope} onChange={(value) => void setScope(value)} />
              </SessionTable>
            </>
          )}
        </QueryStateView>
      </Panel>
    </>
  )
}
