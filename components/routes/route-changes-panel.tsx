'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { typedSpace } from '#lib/bgp/index.ts'
import type { RouteChangeView } from '#lib/routes/api/index.ts'
import { ofPage, usePageScope, PAGE_ROWS, readAllPages, useEndpoint } from '../data/index.ts'
import { DataGaps } from '../time/data-gaps.tsx'
import { rangeWords, type TimeRange } from '../time/range.ts'
import { AnswerView, Empty, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { useRealNow } from '../ui/times/clock.tsx'
import { DraftField } from '../ui/draft-field.tsx'
import type { Tone } from '../ui/drawing/glyph.tsx'
import { Panel } from '../ui/panel.tsx'
import { useZone } from '../ui/preferences.tsx'
import { StackedBetween } from '../ui/times/stacked-time.tsx'
import { Status } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import { timeBounds } from '../ui/table/exported.ts'
import type { Column } from '../ui/table/features.ts'
import { useTableSort } from '../ui/table/use-table-sort.ts'
import { RouteRows, rowsText } from './route-attributes.tsx'
import { ScopeFilter } from './scope-filter.tsx'
import { historyColumn, tableColumns, unsorted } from './shared-columns.tsx'

const TABLE = 'route-changes'
const oldestFirst = { id: 'when', desc: false }

/** Every change of a route in the time range, one after the other. */
export function RouteChangesPanel({ range }: { range: TimeRange }) {
  const [{ scope, within, cursor }, setAddress] = useQueryStates(
    { scope: parseAsString, within: parseAsString, cursor: parseAsString },
    { history: 'push' },
  )
  const sorting = useTableSort(TABLE, oldestFirst)
  const page = usePageScope()
  const zone = useZone()
  const now = useRealNow(60_000)
  const filter = {
    scope,
    within,
    from: range.from,
    to: range.to,
    sort: sorting.id === 'prefix' ? 'prefix' : 'time',
    order: sorting.desc ? 'desc' : 'asc',
  }
  const changes = useEndpoint('routes/changes', { ...filter, cursor, limit: PAGE_ROWS })
  return (
    <Panel
      title="Route changes"
      note={<span suppressHydrationWarning>{rangeWords(range, zone, now)}</span>}
      flush
      answer={changes.data}
    >
      <div className="flex flex-wrap items-end gap-3 border-b px-3.5 py-2.5">
        <DraftField
          label="Within prefix"
          value={within}
          placeholder="10.10 or 10.1.0.0/16"
          read={(text) => typedSpace(text)}
          complaint="Enter an IP prefix such as 10.1.0.0/16, or its first numbers: 10.10"
          onChange={(value) => void setAddress({ within: value, cursor: null })}
          search
        />
        <ScopeFilter />
      </div>
      <AnswerView query={changes} skeleton={<SkeletonRows rows={12} />}>
        {({ data, nextCursor, uncovered, uncoveredOmitted }) => (
          <>
            <DataTable
              name={TABLE}
              caption="Changes of routes"
              columns={columnsFor(range)}
              rows={data}
              rowKey={keyOf}
              isSorted
              onSort={() => void setAddress({ cursor: null })}
              filterable={false}
              defaultSort={oldestFirst}
              exportRows={() => readAllPages<RouteChangeView>('routes/changes', ofPage('routes/changes', filter, page))}
              exportTitle="route changes"
              time={{ from: range.from, to: range.to ?? new Date(now).toISOString() }}
              empty={
                <Empty title="No route changed in this time range">
                  {uncovered && uncovered.length > 0
                    ? 'There are gaps in the data, so one may have. Choose a longer time range.'
                    : 'Choose a longer time range, or a shorter prefix.'}
                </Empty>
              }
              toolbar={
                (cursor !== null || nextCursor !== null) && (
                  <nav aria-label="Pages of changes" className="flex items-center gap-2">
                    <Button disabled={cursor === null} onClick={() => void setAddress({ cursor: null })}>
                      First page
                    </Button>
                    <Button disabled={nextCursor === null} onClick={() => void setAddress({ cursor: nextCursor })}>
                      Next {PAGE_ROWS}
                    </Button>
                  </nav>
                )
              }
            />
            {uncovered && uncovered.length > 0 && (
              <div className="border-t px-3.5 py-2">
                <DataGaps intervals={uncovered} omitted={uncoveredOmitted} />
              </div>
            )}
          </>
        )}
      </AnswerView>
    </Panel>
  )
}

const ops: Record<RouteChangeView['op'], { tone: Tone; word: string }> = {
  announce: { tone: 'up', word: 'ANNOUNCED' },
  change: { tone: 'notice', word: 'CHANGED' },
  withdraw: { tone: 'down', word: 'WITHDRAWN' },
}

const keyOf = ({ scope, table, peering, path, instance, peer, prefix, between }: RouteChangeView) =>
  [scope, table, peering, path, instance, peer, prefix, between[1]].join('/')

/** The server sorts all rows, by time and by prefix. */
const columnsFor = (range: TimeRange): Column<RouteChangeView>[] => [
  {
    id: 'when',
    header: 'Between the polls of',
    zoned: true,
    value: ({ between }) => between[1],
    exported: timeBounds('Changed', ({ between }) => between),
    cell: ({ between }) => <StackedBetween bounds={between} />,
  },
  unsorted({
    id: 'op',
    header: 'Change',
    value: ({ op }) => ops[op].word,
    cell: ({ op }) => <Status {...ops[op]} className="whitespace-nowrap" />,
  }),
  historyColumn(range, ({ scope }) => scope),
  ...tableColumns<RouteChangeView>().map(unsorted),
  unsorted({
    id: 'before',
    header: 'Before',
    keep: true,
    value: ({ before }) => rowsText(before),
    cell: ({ before }) => <RouteRows rows={before} none="no route" />,
  }),
  unsorted({
    id: 'after',
    header: 'After',
    keep: true,
    value: ({ after }) => rowsText(after),
    cell: ({ after }) => <RouteRows rows={after} none="no route" />,
  }),
]
