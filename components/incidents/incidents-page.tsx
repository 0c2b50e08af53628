'use client'

import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import type { Incident } from '#lib/incidents/api/index.ts'
import { ofPage, readAllPages, useEndpoint, usePageScope } from '../data/index.ts'
import { PageAge } from '../ui/times/answer-age.tsx'
import { AnswerView, Empty, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Panel } from '../ui/panel.tsx'
import { IncidentFilterBar } from './incident-filter.tsx'
import { IncidentFiguresPanel } from './incident-figures.tsx'
import { IncidentTable } from './incident-table.tsx'
import { ongoingFirst } from './is-over.ts'
import { CLOSED_ROWS, OPEN_ROWS } from './list-sizes.ts'

const addressed = {
  scope: parseAsString,
  severity: parseAsString,
  owner: parseAsString,
  acknowledged: parseAsStringLiteral(['yes', 'no']),
  assigned: parseAsStringLiteral(['yes', 'no']),
  assignee: parseAsString,
  cursor: parseAsString,
}

const assigneesOf = (incidents: readonly Incident[]): string[] =>
  [...new Set(incidents.flatMap(({ assigned }) => assigned?.assignee ?? []))].toSorted((a, b) => a.localeCompare(b))

export function IncidentsPage() {
  const [{ cursor, ...filter }, setAddress] = useQueryStates(addressed, { history: 'push' })
  const page = usePageScope()
  const open = useEndpoint('incidents', { ...filter, state: 'open', limit: OPEN_ROWS })
  const closed = useEndpoint('incidents', { ...filter, state: 'closed', cursor, limit: CLOSED_ROWS })
  const isFiltered = Object.values(filter).some((value) => value !== null)
  return (
    <>
      <PageHead title="Incidents" age={<PageAge answer={open.data} />} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <IncidentFiguresPanel scope={filter.scope} />
        <IncidentFilterBar
          filter={filter}
          assignees={assigneesOf([...(open.data?.data ?? []), ...(closed.data?.data ?? [])])}
          onChange={(change) => void setAddress({ ...change, cursor: null })}
        />
        <Panel title="Open" flush>
          <AnswerView query={open} skeleton={<SkeletonRows rows={2} height="3.5rem" />}>
            {({ data }) => (
              <IncidentTable
                name="open-incidents"
                incidents={ongoingFirst(data)}
                empty={
                  isFiltered ? (
                    <Empty title="No matching open incidents">Clear the filter to see all.</Empty>
                  ) : (
                    <Empty title="No open incidents">All incidents are closed.</Empty>
                  )
                }
              />
            )}
          </AnswerView>
        </Panel>
        <Panel title="Closed" flush note="newest first">
          <AnswerView query={closed} skeleton={<SkeletonRows rows={8} height="3rem" />}>
            {({ data, nextCursor }) => (
              <IncidentTable
                name="closed-incidents"
                incidents={data}
                exportRows={() => readAllPages('incidents', ofPage('incidents', { ...filter, state: 'closed' }, page))}
                toolbar={
                  (cursor !== null || nextCursor !== null) && (
                    <nav aria-label="Pages of closed incidents" className="flex gap-2">
                      <Button disabled={cursor === null} onClick={() => void setAddress({ cursor: null })}>
                        Newest
                      </Button>
                      <Button disabled={nextCursor === null} onClick={() => void setAddress({ cursor: nextCursor })}>
                        Older {CLOSED_ROWS}
                      </Button>
                    </nav>
                  )
                }
                empty={
                  isFiltered ? (
                    <Empty title="No matching closed incidents">Clear the filter to see all.</Empty>
                  ) : (
                    <Empty title="No closed incidents">Closed incidents are kept for the retention period.</Empty>
                  )
                }
              />
            )}
          </AnswerView>
        </Panel>
      </div>
    </>
  )
}
