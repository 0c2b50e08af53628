'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { PageLink } from '../links/page-link.tsx'
import { useEndpoint } from '../data/index.ts'
import { AnswerView, Empty, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { PageHead, Panel } from '../ui/panel.tsx'
import { ScopeSelect } from '../ui/scope-select.tsx'
import { AsOf } from '../ui/time.tsx'
import { ongoingFirst } from './is-over.ts'
import { IncidentList } from './incident-list.tsx'
import { CLOSED_ROWS, OPEN_ROWS } from './list-sizes.ts'

export function IncidentsPage() {
  const [{ scope, cursor }, setAddress] = useQueryStates(
    { scope: parseAsString, cursor: parseAsString },
    { history: 'push' },
  )
  const open = useEndpoint('incidents', { state: 'open', scope, limit: OPEN_ROWS })
  const closed = useEndpoint('incidents', { state: 'closed', scope, cursor, limit: CLOSED_ROWS })
  return (
    <>
      <PageHead title="Incidents" aside={open.data && <AsOf asOf={open.data.asOf} freshness={open.data.freshness} />}>
        Related events, grouped by root cause. Single events are in the{' '}
        <PageLink href="/events" className="link">
          event log
        </PageLink>
        .
      </PageHead>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <div className="flex">
          <ScopeSelect scope={scope} onChange={(next) => void setAddress({ scope: next, cursor: null })} />
        </div>
        <Panel title="Open" flush note={open.data ? String(open.data.data.length) : undefined}>
          <AnswerView query={open} skeleton={<SkeletonRows rows={2} height="4rem" />}>
            {({ data }) =>
              data.length === 0 ? (
                <Empty title="No open incidents">All incidents are closed.</Empty>
              ) : (
                <IncidentList incidents={ongoingFirst(data)} />
              )
            }
          </AnswerView>
        </Panel>
        <Panel title="Closed" flush note="newest first">
          <AnswerView query={closed} skeleton={<SkeletonRows rows={6} height="4rem" />}>
            {({ data, nextCursor }) => (
              <>
                {data.length === 0 ? (
                  <Empty title="No closed incidents">Closed incidents are kept for the retention period.</Empty>
                ) : (
                  <IncidentList incidents={data} />
                )}
                {(cursor !== null || nextCursor !== null) && (
                  <nav aria-label="Pages of closed incidents" className="flex gap-2 border-t px-3.5 py-2">
                    <Button disabled={cursor === null} onClick={() => void setAddress({ cursor: null })}>
                      Newest
                    </Button>
                    <Button disabled={nextCursor === null} onClick={() => void setAddress({ cursor: nextCursor })}>
                      Older {CLOSED_ROWS}
                    </Button>
                  </nav>
                )}
              </>
            )}
          </AnswerView>
        </Panel>
      </div>
    </>
  )
}
