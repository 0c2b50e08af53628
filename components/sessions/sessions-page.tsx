'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { useEndpoint } from '../data/index.ts'
import { PageAge } from '../ui/times/answer-age.tsx'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { AsOfControl, PastNotice } from '../time/as-of-control.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Panel } from '../ui/panel.tsx'
import { ScopeSelect } from '../ui/scope-select.tsx'
import { MeasuredAt } from '../ui/times/clock.tsx'
import { SessionTable } from './session-table.tsx'

export function SessionsPage() {
  const [{ scope, at }, setAddress] = useQueryStates({ scope: parseAsString, at: parseAsString }, { history: 'push' })
  const sessions = useEndpoint('sessions', { scope, at })
  return (
    <>
      <PageHead title="Sessions" age={<PageAge answer={sessions.data} pinned={at !== null} />} />
      <Panel title="All sessions" flush>
        <div className="flex flex-wrap items-end gap-3 border-b px-3.5 py-2.5">
          <ScopeSelect scope={scope} onChange={(value) => void setAddress({ scope: value })} />
          <AsOfControl at={at} onChange={(value) => void setAddress({ at: value })} />
        </div>
        <AnswerView query={sessions} skeleton={<SkeletonRows rows={10} />}>
          {({ data, uncovered, uncoveredOmitted }) => (
            <>
              <PastNotice at={at} uncovered={uncovered} omitted={uncoveredOmitted} />
              <MeasuredAt at={at}>
                <SessionTable sessions={data} at={at} scope={scope} />
              </MeasuredAt>
            </>
          )}
        </AnswerView>
      </Panel>
    </>
  )
}
