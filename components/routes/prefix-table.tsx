import { type ComponentProps, Fragment, useMemo, useState } from 'react'
import { formatAsPath } from '#lib/bgp/index.ts'
import { formatCircuitPathName } from '#lib/contract/words/path-text.ts'
import type { ApiRouteTableEntry } from '#lib/contract/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { AsPathText } from '../ui/facts/as-path.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { missingValueDash } from '../ui/table/missing-value-dash.tsx'
import { TimeBoundsText } from '../ui/times/time.tsx'
import { toggleInSet } from '../ui/toggled-list.ts'
import { HopName } from './hop-name.tsx'
import { RouteAttributesText } from './route-attributes.tsx'
import {
  listAsPaths,
  listNextHops,
  mapReportingInstances,
  formatInstance,
  listRouteResources,
  type PrefixRoutes,
  groupRoutesByPrefix,
  mergeInstanceRoutes,
} from './route-groups.ts'
import { PrefixText } from './route-columns.tsx'
import { RowToggle } from './route-group-table.tsx'
import { compareByPrefix, formatRouteTableName, makeColumnUnsortable } from './shared-columns.tsx'
import { buildRouteTableHref } from './table-href.ts'

type Table = ComponentProps<typeof DataTable<PrefixRoutes>>

/**
 * Table with one row for each prefix. A row expands to the prefix's routes.
 * @param isOfOne whether all routes belong to one resource
 * @param hasMore whether further routes are on the next page of the list
 */
export function PrefixTable({
  routes,
  isOfOne,
  hasMore,
  exportRows,
  ...table
}: Omit<Table, 'columns' | 'rows' | 'rowKey' | 'rowDetail' | 'exportRows'> & {
  routes: ApiRouteTableEntry[]
  isOfOne: boolean
  hasMore: boolean
  exportRows: () => Promise<ApiRouteTableEntry[]>
}) {
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set())
  const rows = useMemo(() => groupRoutesByPrefix(routes, hasMore), [routes, hasMore])
  const columns = useMemo(
    () => columnsOf(rows, isOfOne, unfolded, (prefix) => setUnfolded((now) => toggleInSet(now, prefix))),
    [rows, isOfOne, unfolded],
  )
  return (
    <DataTable<PrefixRoutes>
      {...table}
      columns={columns}
      rows={rows}
      rowKey={({ prefix }) => prefix}
      rowDetail={(row) => unfolded.has(row.prefix) && <Routes of={row} isOfOne={isOfOne} />}
      exportRows={async () => groupRoutesByPrefix(await exportRows(), false)}
    />
  )
}

/** Reports whether the first two AS paths of a prefix are short enough (48 characters) to fit next to each other. */
const isShort = (row: PrefixRoutes) => listAsPaths(row).slice(0, 2).map(formatAsPath).join().length <= 48

/** Shows the first routes of a list, and the number of routes that are not shown. */
function Few({
  of,
  most,
  cell,
}: {
  of: readonly ApiRouteTableEntry[]
  most: number
  cell: (route: ApiRouteTableEntry) => React.ReactNode
}) {
  if (of.length === 0) return missingValueDash
  return (
    <span className="sm:whitespace-nowrap">
      {of.slice(0, most).map((route, index) => (
        <Fragment key={index}>
          {index > 0 && <span className="text-ink-3">, </span>}
          <span className="inline-block">{cell(route)}</span>
        </Fragment>
      ))}
      {of.length > most && <span className="text-ink-3"> +{of.length - most}</span>}
    </span>
  )
}

function columnsOf(
  rows: readonly PrefixRoutes[],
  isOfOne: boolean,
  unfolded: ReadonlySet<string>,
  toggle: (prefix: string) => void,
): DataTableColumn<PrefixRoutes>[] {
  const all = mapReportingInstances(rows.flatMap(({ routes }) => routes))
  const columns: DataTableColumn<PrefixRoutes>[] = [
    {
      id: 'nextHop',
      header: 'Next hop',
      phone: 'fact',
      value: (row) =>
        listNextHops(row)
          .map(({ nextHop }) => nextHop)
          .join(' ') || null,
      cell: (row) => (
        <Few of={listNextHops(row)} most={isOfOne ? 4 : 2} cell={({ nextHop }) => <HopName name={nextHop ?? ''} />} />
      ),
      className: 'font-mono',
    },
    {
      id: 'asPath',
      header: 'AS path',
      phone: 'fact',
      value: (row) => listAsPaths(row).map(formatAsPath).join(' | '),
      cell: (row) => (
        <Few of={listAsPaths(row)} most={isShort(row) ? 2 : 1} cell={(route) => <AsPathText path={route} />} />
      ),
    },
    {
      id: 'where',
      header: 'Gateway, circuit or hub',
      value: (row) =>
        listRouteResources(row)
          .map(({ scopeName }) => scopeName)
          .join(', '),
      cell: (row) => (
        <Few
          of={listRouteResources(row)}
          most={2}
          cell={(route) => (
            <PageLink href={buildRouteTableHref(route)} className="link">
              {route.scopeName}
            </PageLink>
          )}
        />
      ),
    },
    {
      id: 'instances',
      header: 'Instances',
      align: 'right',
      value: (row) => formatInstance(row, all),
      cell: (row) => (
        <span className="whitespace-nowrap tabular-nums">{formatInstance(row, all) ?? missingValueDash}</span>
      ),
    },
    {
      id: 'since',
      header: 'Unchanged since',
      zoned: true,
      value: (row) => lastChange(row)[1],
      cell: (row) => <TimeBoundsText bounds={lastChange(row)} zoned={false} />,
      className: 'whitespace-nowrap text-ink-2',
      priority: 1,
    },
    {
      id: 'routes',
      header: 'Routes',
      phone: 'state',
      align: 'right',
      value: ({ routes }) => routes.length,
      cell: ({ prefix, routes, isCut }) => (
        <RowToggle
          count={routes.length}
          isMore={isCut}
          of={prefix}
          isOpen={unfolded.has(prefix)}
          onToggle={() => toggle(prefix)}
        />
      ),
    },
  ]
  return [
    {
      id: 'prefix',
      header: 'Prefix',
      phone: 'name',
      value: ({ prefix }) => prefix,
      compare: compareByPrefix,
      cell: ({ prefix, routes }) => (
        <PrefixText prefix={prefix} isKnown={routes.every(({ known }) => known === 'observed')} />
      ),
    },
    ...columns.filter(({ id }) => id !== (isOfOne ? 'where' : 'instances')).map(makeColumnUnsortable),
  ]
}

/** Returns the bounds of the time at which any route to a prefix last changed. */
const lastChange = ({ routes }: PrefixRoutes): [string, string] =>
  // Times in ISO 8601 and UTC are in the right order when they are compared as text.
  routes.map(({ since }) => since).toSorted((a, b) => (a[1] < b[1] ? 1 : -1))[0] ?? routes[0].since

/** Lists the routes of a prefix. Identical routes of several instances are shown once. */
function Routes({ of, isOfOne }: { of: PrefixRoutes; isOfOne: boolean }) {
  return (
    <ul className="grid gap-1 bg-sunken px-3.5 py-2 text-xs">
      {mergeInstanceRoutes(of).map(({ route, instances }) => (
        <li
          key={JSON.stringify([route, instances])}
          className="grid grid-cols-1 gap-x-4 sm:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)_minmax(0,1fr)]"
        >
          <RouteAttributesText row={withState(route)} />
          <span className="text-ink-2">
            {[
              !isOfOne && route.scopeName,
              formatCircuitPathName(route.peering, route.path),
              route.table !== 'learned' && formatRouteTableName(route),
              route.neighbor && `to ${route.neighbor}`,
              instances.join(', '),
            ]
              .filter(Boolean)
              .join(', ')}
          </span>
          <span className="text-ink-3 sm:text-right">
            <TimeBoundsText bounds={route.since} />
          </span>
        </li>
      ))}
    </ul>
  )
}

/** Removes the field `state` from a route without a state; only effective routes of network interfaces have a state. */
const withState = ({ state, ...route }: ApiRouteTableEntry) => ({ ...route, ...(state !== null && { state }) })
