import { parseAsString, useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import { canonicalizeAddress, formatAsPath, parseTypedAddressSpace } from '#lib/bgp/index.ts'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { ApiRouteTableEntry, RouteSort } from '#lib/contract/index.ts'
import {
  addPageSelectionToParameters,
  usePageSelection,
  MAX_ROWS_PER_PAGE,
  readAllPages,
  useEndpointQuery,
} from '../data/index.ts'
import { QueryStateView, EmptyNote, SkeletonRows } from '../ui/answer-view.tsx'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { PastDataGaps } from '../time/data-gaps.tsx'
import { Button } from '../ui/button.tsx'
import { CommittedTextField } from '../ui/draft-field.tsx'
import { SelectField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { PhoneFilters } from '../ui/phone-filters.tsx'
import { ResourceSelect } from '../ui/scope-select.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import { useTableSort } from '../ui/table/use-table-sort.ts'
import { PrefixTable } from './prefix-table.tsx'
import { routeColumns } from './route-columns.tsx'
import { makeColumnUnsortable, removeEmptyColumns } from './shared-columns.tsx'

const tables = [
  { value: '', label: 'Learned and path tables' },
  { value: 'learned', label: 'Learned' },
  { value: 'advertised', label: 'Advertised' },
  { value: 'tables', label: 'Path tables' },
  { value: 'effective', label: 'Effective' },
]
/** Sort keys of the API by column ID. The server sorts the rows, because a page contains only a part of them. */
const sorts: Record<string, RouteSort> = createSafeLookupTable({
  prefix: 'prefix',
  where: 'scope',
  table: 'table',
  instance: 'instance',
  peer: 'peer',
  nextHop: 'nextHop',
  origin: 'origin',
  asPath: 'asPath',
  weight: 'weight',
  localPref: 'localPref',
  since: 'since',
})
const TABLE = 'routes'
const byPrefix = { id: 'prefix', desc: false }
/**
 * Name of the table that has one row for each prefix; `TABLE` has one row for each route. The prefix table requests the
 * maximum number of routes per page, because several routes form one row.
 */
const GROUPED = 'prefixes'
const GROUPED_ROWS = 1_000
const origins = ['Network', 'EBgp', 'IBgp']

/**
 * Table of routes. The server filters, sorts and pages them. The filter is part of the page's URL.
 * @param scope id of the only resource whose routes are shown; undefined = the user chooses a resource
 */
export function RouteTablePanel({ scope: fixedScope, title }: { scope?: string; title: string }) {
  const [address, setAddress] = useQueryStates(
    {
      scope: parseAsString,
      prefix: parseAsString,
      within: parseAsString,
      origin: parseAsString,
      asn: parseAsString,
      table: parseAsString,
      neighbor: parseAsString,
      cursor: parseAsString,
      paths: parseAsString,
      view: parseAsString,
    },
    { history: 'push' },
  )
  const page = usePageSelection()
  const { cursor, paths, view: _, ...filters } = address
  const at = useSelectedPastMoment()
  const isEach = paths === 'each'
  const limit = isEach ? MAX_ROWS_PER_PAGE : GROUPED_ROWS
  const sorting = useTableSort(isEach ? TABLE : GROUPED, byPrefix)
  const filter = {
    ...filters,
    scope: fixedScope ?? filters.scope,
    // The default order is left out of the query, because the server applies it without a parameter.
    ...(sorting.id === byPrefix.id && !sorting.desc
      ? {}
      : { sort: sorts[sorting.id] ?? 'prefix', order: sorting.desc ? 'desc' : 'asc' }),
  }
  const routes = useEndpointQuery('routes', { ...filter, cursor, limit })
  /** Changes the filter and returns to the first page of the list, because the rows on all pages change. */
  const ask = (change: Partial<typeof address>) => void setAddress({ ...change, cursor: null })
  const rows = routes.data?.data
  const columns = useMemo(() => shownColumns(rows ?? [], fixedScope !== undefined), [rows, fixedScope])
  const isOfOne = Boolean(filter.scope) && !rows?.some(({ path }) => path !== null)
  const filtered = Boolean(filters.prefix || filters.within || filters.origin || filters.asn || filters.table)

  const readAll = () => readAllPages<ApiRouteTableEntry>('routes', addPageSelectionToParameters('routes', filter, page))
  const table = ({ nextCursor }: { nextCursor: string | null }) => ({
    caption: 'Routes',
    filterable: false,
    isSorted: true,
    defaultSort: byPrefix,
    onSort: () => void setAddress({ cursor: null }),
    time: { at, settled: routes.data?.settled },
    empty: filtered ? (
      <EmptyNote title="No matching routes">Enter a shorter prefix, or an AS number alone, to see more.</EmptyNote>
    ) : (
      <EmptyNote title="No routes yet">
        Routes appear after the first successful poll of learned routes or of a path’s table.
      </EmptyNote>
    ),
    toolbar: (
      <>
        <SelectField
          label="Rows"
          hideLabel
          className="w-36"
          value={paths ?? ''}
          // The URL must contain the view `table`. Without a view and a filter, the URL would open the lookup view.
          onChange={({ target }) =>
            void setAddress({
              paths: target.value || null,
              cursor: null,
              ...(fixedScope === undefined && { view: 'table' }),
            })
          }
          options={[
            { value: '', label: 'By prefix' },
            { value: 'each', label: 'Each route' },
          ]}
        />
        <PagingButtons
          what="routes"
          cursor={cursor}
          next={nextCursor}
          onTurn={(to) => void setAddress({ cursor: to })}
        />
      </>
    ),
  })

  return (
    <Panel title={title} flush answer={routes.data}>
      <div className="flex flex-wrap items-end gap-3 border-b px-3.5 py-2.5">
        <CommittedTextField
          label={filters.prefix === null ? 'Within prefix' : 'Prefix (exact)'}
          value={filters.prefix ?? filters.within}
          placeholder="10.10 or 10.1.0.0/16"
          read={(text) => parseTypedAddressSpace(text)}
          complaint="Enter an IP prefix such as 10.1.0.0/16, or its first numbers: 10.10"
          onChange={(within) => ask({ within, prefix: null })}
          search
        />
        <PhoneFilters isSet={filtered || (!fixedScope && filters.scope !== null)}>
          <CommittedTextField
            label="AS number in the path"
            value={filters.asn}
            placeholder="65001"
            read={(text) => (/^\d{1,10}$/.test(text) ? text : null)}
            complaint="Enter an AS number such as 65001"
            onChange={(asn) => ask({ asn })}
          />
          <SelectField
            label="Origin"
            className="w-28"
            value={filters.origin ?? ''}
            onChange={(event) => ask({ origin: event.target.value || null })}
            options={[{ value: '', label: 'Any' }, ...origins.map((value) => ({ value, label: value }))]}
          />
          <SelectField
            label="Table"
            className="w-48"
            value={filters.table ?? ''}
            onChange={(event) => ask({ table: event.target.value || null, neighbor: null })}
            options={tables}
          />
          {filters.table === 'advertised' && (
            <CommittedTextField
              label="Sent to neighbor"
              value={filters.neighbor}
              placeholder="10.0.4.4"
              read={(text) => canonicalizeAddress(text)}
              complaint="Enter an IP address such as 10.0.4.4"
              onChange={(neighbor) => ask({ neighbor })}
            />
          )}
          {!fixedScope && <ResourceSelect scope={filters.scope} onChange={(scope) => ask({ scope })} />}
          {filtered && (
            <Button
              variant="quiet"
              onClick={() =>
                ask({
                  prefix: null,
                  within: null,
                  origin: null,
                  asn: null,
                  table: null,
                  neighbor: null,
                  scope: null,
                })
              }
            >
              Clear
            </Button>
          )}
        </PhoneFilters>
      </div>
      <QueryStateView query={routes} skeleton={<SkeletonRows rows={12} />}>
        {({ data, ...answer }) => (
          <>
            {at !== null && <PastDataGaps answer={answer} />}
            {isEach ? (
              <DataTable
                name={TABLE}
                columns={columns}
                rows={data}
                rowKey={keyOf}
                exportRows={readAll}
                {...table(answer)}
              />
            ) : (
              <PrefixTable
                name={GROUPED}
                routes={data}
                isOfOne={isOfOne}
                hasMore={answer.nextCursor !== null}
                exportRows={readAll}
                {...table(answer)}
              />
            )}
          </>
        )}
      </QueryStateView>
    </Panel>
  )
}

/**
 * Returns the columns of the table. Columns without values are left out, and the column with the peer is left out if
 * the peer always equals the next hop. If all routes belong to one resource (`scoped`), columns with the same value in
 * each row are left out too. Columns that the server cannot sort by are not sortable.
 */
const shownColumns = (rows: ApiRouteTableEntry[], scoped: boolean) =>
  removeEmptyColumns(routeColumns, rows, [
    'nextHop',
    'localPref',
    'weight',
    'instance',
    'peer',
    'neighbor',
    'source',
    'state',
    'origin',
  ])
    .filter(({ id }) => id !== 'where' || !scoped || rows.some(({ path }) => path !== null))
    .filter(({ id }) => id !== 'peer' || rows.some(({ peer, nextHop }) => peer !== null && peer !== nextHop))
    .filter(({ id }) => id !== 'instance' || !scoped || new Set(rows.map(({ instance }) => instance)).size > 1)
    .map((column) => (sorts[column.id] ? column : makeColumnUnsortable(column)))

const keyOf = (route: ApiRouteTableEntry) =>
  [
    route.scope,
    route.table,
    route.instance,
    route.peering,
    route.path,
    route.peer,
    route.neighbor,
    route.prefix,
    route.nextHop,
    formatAsPath(route),
  ].join('/')

/**
 * Buttons for the next and the first page of a list whose pages come from the server.
 * @param what name of the rows
 */
export function PagingButtons({
  what,
  cursor,
  next,
  onTurn,
}: {
  what: string
  cursor: string | null
  next: string | null
  onTurn: (cursor: string | null) => void
}) {
  if (cursor === null && next === null) return null
  return (
    <nav aria-label={`Pages of ${what}`} className="flex items-center gap-2">
      <Button disabled={cursor === null} onClick={() => onTurn(null)}>
        First page
      </Button>
      <Button disabled={next === null} onClick={() => onTurn(next)}>
        Next page
      </Button>
      {next === null && <span className="text-xs text-ink-3">last page</span>}
    </nav>
  )
}
