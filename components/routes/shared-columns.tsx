import { formatCircuitPathName, formatPlaceLabels } from '#lib/contract/words/path-text.ts'
import { comparePrefixes, parsePrefix } from '#lib/bgp/index.ts'
import type { ApiRouteTableEntry } from '#lib/contract/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { convertToRangeParameters, type TimeRange } from '../time/time-range.ts'
import { TimeBoundsText } from '../ui/times/time.tsx'
import { createTimeBoundsColumns } from '../ui/table/exported-rows.ts'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { missingValueDash } from '../ui/table/missing-value-dash.tsx'
import { HopName } from './hop-name.tsx'
import { buildRoutesHref } from './route-views.ts'
import { buildRouteTableHref } from './table-href.ts'

const tables: Record<ApiRouteTableEntry['table'], string> = {
  learned: 'learned',
  advertised: 'advertised',
  tables: 'path table',
  effective: 'effective',
}

/**
 * Returns the name of a route's table. If a route comes from a path table but has no path, the table belongs to a hub.
 * Its name is then "effective", because it contains effective routes.
 */
export const formatRouteTableName = ({ table, path }: Pick<ApiRouteTableEntry, 'table' | 'path'>) =>
  table === 'tables' && path === null ? 'effective' : tables[table]

/**
 * Formats the part of a resource that contains a route: a path (`primary path`), an instance and its peer (`10.0.4.12 ←
 * 10.0.4.4`), or `advertised`.
 */
export const formatTablePart = ({ peering, path, table, instance, peer }: TablePart): string =>
  [
    formatCircuitPathName(peering, path),
    [instance, peer !== instance && peer].filter(Boolean).join(table === 'advertised' ? ' → ' : ' ← '),
    table === 'advertised' || table === 'effective' ? table : '',
  ]
    .filter(Boolean)
    .join(', ')

type TablePart = Pick<ApiRouteTableEntry, 'peering' | 'path' | 'table' | 'instance' | 'peer'>

export const compareByPrefix = (a: { prefix: string }, b: { prefix: string }) => {
  const left = parsePrefix(a.prefix)
  const right = parsePrefix(b.prefix)
  return left && right ? comparePrefixes(left, right) : a.prefix.localeCompare(b.prefix)
}

/**
 * Returns a column of prefixes. Each prefix is a link to its history in the time range.
 * @param scopeOf returns the id of the resource to which the history is limited; null = all resources
 */
export const buildHistoryColumn = <Row extends { prefix: string }>(
  range: TimeRange,
  scopeOf: (row: Row) => string | null,
): DataTableColumn<Row> => ({
  id: 'prefix',
  header: 'Prefix',
  value: ({ prefix }) => prefix,
  compare: compareByPrefix,
  cell: (row) => {
    const time = convertToRangeParameters({ from: range.relative ?? range.from, to: range.to })
    return (
      <PageLink
        href={buildRoutesHref('history', { prefix: row.prefix, scope: scopeOf(row), ...time })}
        className="link font-mono whitespace-nowrap"
      >
        {row.prefix}
      </PageLink>
    )
  },
})

/** Returns the columns with a route's table, instance and peer. */
export const createTableColumns = <
  Row extends Pick<
    ApiRouteTableEntry,
    'scope' | 'scopeName' | 'resourceId' | 'peering' | 'path' | 'table' | 'instance' | 'peer'
  >,
>(): DataTableColumn<Row>[] => [
  {
    id: 'where',
    header: 'Gateway, circuit or hub',
    value: formatPlaceLabels,
    cell: (row) => (
      // The path is shown below the name of the resource if both do not fit on one line. The table then fits on a page
      // that is 1440 px wide.
      <>
        <PageLink href={buildRouteTableHref(row)} className="link inline-block max-w-56 break-words">
          {row.scopeName}
        </PageLink>
        {row.path && <span className="text-ink-3"> {formatCircuitPathName(row.peering, row.path)}</span>}
      </>
    ),
  },
  { id: 'table', header: 'Table', value: (row) => formatRouteTableName(row), className: 'text-ink-2' },
  {
    id: 'instance',
    header: 'Instance',
    value: ({ instance }) => instance,
    cell: ({ instance }) => (instance === null ? missingValueDash : <HopName name={instance} />),
    className: 'font-mono',
  },
  {
    id: 'peer',
    header: 'Peer',
    value: ({ peer }) => peer,
    cell: ({ peer }) => (peer === null ? missingValueDash : <HopName name={peer} />),
    className: 'font-mono',
  },
]

/** Marks a column as not sortable, because the server cannot sort by it. */
export const makeColumnUnsortable = <Row,>(column: DataTableColumn<Row>): DataTableColumn<Row> => ({
  ...column,
  sortable: false,
})

/** Removes those of the given columns (`ids`) in which no row has a value. */
export const removeEmptyColumns = <Row,>(
  columns: readonly DataTableColumn<Row>[],
  rows: readonly Row[],
  ids: readonly string[],
) => columns.filter(({ id, value }) => !ids.includes(id) || rows.some((row) => value(row) !== null))

/** Returns the column with the time since which a route has not changed. This time is known only within bounds. */
export const buildSinceColumn = <
  Row extends { since: ApiRouteTableEntry['since'] | null },
>(): DataTableColumn<Row> => ({
  id: 'since',
  header: 'Unchanged since',
  zoned: true,
  value: ({ since }) => since?.[1] ?? null,
  exported: createTimeBoundsColumns('Unchanged since', ({ since }) => since),
  cell: ({ since }) => (since ? <TimeBoundsText bounds={since} zoned={false} /> : missingValueDash),
  className: 'whitespace-nowrap text-ink-2',
})
