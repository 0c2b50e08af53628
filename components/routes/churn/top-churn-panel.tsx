'use client'

import type { RouteChurnView } from '#lib/routes/api/index.ts'
import { useEndpoint } from '../../data/index.ts'
import type { TimeRange } from '../../time/range.ts'
import { AnswerView, Empty, SkeletonRows } from '../../ui/answer-view.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ScopeFilter } from '../scope-filter.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import type { Column } from '../../ui/table/features.ts'
import { nothing } from '../../ui/table/nothing.tsx'
import { historyColumn } from '../shared-columns.tsx'

type ChurningPrefix = RouteChurnView['topPrefixes'][number]

/** The prefixes with the most changes in a time range, and the kinds of their changes. */
export function TopChurnPanel({ range, scope }: { range: TimeRange; scope: string | null }) {
  const churn = useEndpoint('routes/churn', { scope, from: range.from, to: range.to })
  return (
    <Panel title="Most changes" flush>
      <div className="flex flex-wrap items-end gap-3 border-b px-3.5 py-2.5">
        <ScopeFilter />
      </div>
      <AnswerView query={churn} skeleton={<SkeletonRows rows={6} />}>
        {({ data }) => (
          <DataTable
            name="churn"
            caption="Prefixes with the most changes"
            columns={columnsFor(range, scope)}
            rows={data.topPrefixes}
            exportTitle="prefixes with the most changes"
            time={{ from: range.from, to: range.to }}
            rowKey={({ prefix }) => prefix}
            defaultSort={most}
            empty={
              <Empty title="No route changes in this time range">
                Choose a longer time above; a hatched interval is one that nobody saw.
              </Empty>
            }
          />
        )}
      </AnswerView>
    </Panel>
  )
}

const most = { id: 'total', desc: true }

const count = (id: 'announced' | 'changed' | 'withdrawn' | 'total', header: string): Column<ChurningPrefix> => ({
  id,
  header,
  align: 'right',
  value: (row) => row[id],
  className: 'font-mono',
})

const columnsFor = (range: TimeRange, scope: string | null): Column<ChurningPrefix>[] => [
  historyColumn(range, () => scope),
  count('announced', 'Announced'),
  count('changed', 'Changed'),
  count('withdrawn', 'Withdrawn'),
  count('total', 'All'),
  {
    id: 'bursts',
    header: 'Kind of changes',
    value: ({ bursts }) => burstWords(bursts),
    className: 'text-ink-2',
  },
  {
    id: 'paths',
    header: 'Paths at once (max)',
    align: 'right',
    value: ({ distinctPaths }) => distinctPaths,
    cell: ({ distinctPaths }) => distinctPaths ?? nothing,
  },
]

/** Bursts of changes by kind: `2 with a session, 1 lasting`. */
function burstWords(bursts: ChurningPrefix['bursts']): string {
  if (bursts === null) return 'too many to classify: choose a shorter time range'
  const words = [
    [bursts.session, 'by session reset'],
    [bursts.exploration, 'path hunting'],
    [bursts.transient, 'short-lived'],
    [bursts.lasting, 'lasting'],
  ] as const
  return words.flatMap(([times, what]) => (times > 0 ? `${times} ${what}` : [])).join(', ') || 'nothing'
}
