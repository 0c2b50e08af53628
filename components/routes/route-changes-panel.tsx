import { parseAsString, useQueryStates } from 'nuqs'
import { parseTypedAddressSpace } from '#lib/bgp/index.ts'
import { formatNoKnownChange } from '#lib/routes/words/lookup-text.ts'
import type { ApiRouteChange } from '#lib/routes/api/index.ts'
import {
  addPageSelectionToParameters,
  usePageSelection,
  MAX_ROWS_PER_PAGE,
  readAllPages,
  useEndpointQuery,
} from '../data/index.ts'
import { FoldedDataGaps } from '../time/data-gaps.tsx'
import { formatRangeText, type TimeRange } from '../time/time-range.ts'
import { QueryStateView, EmptyNote, SkeletonRows } from '../ui/answer-view.tsx'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { CommittedTextField } from '../ui/draft-field.tsx'
import { Panel } from '../ui/panel.tsx'
import { PhoneFilters } from '../ui/phone-filters.tsx'
import { useZone } from '../ui/preferences.tsx'
import { useTableSort } from '../ui/table/use-table-sort.ts'
import { RouteGroupTable } from './route-group-table.tsx'
import { createSingleRouteGroup, groupRouteChanges } from './route-groups.ts'
import { PagingButtons } from './route-table.tsx'
import { ResourceFilter } from './scope-filter.tsx'

const TABLE = 'route-changes'
const newestFirst = { id: 'when', desc: true }

/** Lists every route change in the time range. */
export function RouteChangesPanel({ range }: { range: TimeRange }) {
  const [{ scope, within, cursor }, setAddress] = useQueryStates(
    { scope: parseAsString, within: parseAsString, cursor: parseAsString },
    { history: 'push' },
  )
  const sorting = useTableSort(TABLE, newestFirst)
  const page = usePageSelection()
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
  const changes = useEndpointQuery('routes/changes', { ...filter, cursor, limit: MAX_ROWS_PER_PAGE })
  return (
    <Panel
      title="Each change"
      note={<span suppressHydrationWarning>{formatRangeText(range, zone, now)}</span>}
      flush
      answer={changes.data}
    >
      <div className="flex flex-wrap items-end gap-3 border-b px-3.5 py-2.5">
        <CommittedTextField
          label="Within prefix"
          value={within}
          placeholder="10.10 or 10.1.0.0/16"
          read={(text) => parseTypedAddressSpace(text)}
          complaint="Enter an IP prefix such as 10.1.0.0/16, or its first numbers: 10.10"
          onChange={(value) => void setAddress({ within: value, cursor: null })}
          search
        />
        <PhoneFilters isSet={scope !== null}>
          <ResourceFilter />
        </PhoneFilters>
      </div>
      <QueryStateView query={changes} skeleton={<SkeletonRows rows={12} height="3.5rem" />}>
        {({ data, nextCursor, uncovered, uncoveredOmitted }) => (
          <>
            <RouteGroupTable
              range={range}
              name={TABLE}
              caption="Changes of routes"
              rows={groupRouteChanges(data)}
              isSorted
              onSort={() => void setAddress({ cursor: null })}
              filterable={false}
              defaultSort={newestFirst}
              exportRows={async () =>
                (
                  await readAllPages<ApiRouteChange>(
                    'routes/changes',
                    addPageSelectionToParameters('routes/changes', filter, page),
                  )
                ).map(createSingleRouteGroup)
              }
              exportTitle="route changes"
              time={{ from: range.from, to: range.to ?? new Date(now).toISOString() }}
              empty={
                <EmptyNote title={formatNoKnownChange('in this time range', (uncovered ?? []).length > 0)}>
                  {uncovered && uncovered.length > 0
                    ? 'There are gaps in the data, so one may have. Choose a longer time range.'
                    : 'Choose a longer time range, or a shorter prefix.'}
                </EmptyNote>
              }
              toolbar={
                <PagingButtons
                  what="changes"
                  cursor={cursor}
                  next={nextCursor}
                  onTurn={(to) => void setAddress({ cursor: to })}
                />
              }
            />
            <FoldedDataGaps intervals={uncovered} omitted={uncoveredOmitted} />
          </>
        )}
      </QueryStateView>
    </Panel>
  )
}
