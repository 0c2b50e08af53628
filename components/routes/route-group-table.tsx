import ArrowRightIcon from 'lucide-react/icons/arrow-right'
import ChevronDownIcon from 'lucide-react/icons/chevron-down'
import ChevronRightIcon from 'lucide-react/icons/chevron-right'
import { type ComponentProps, useMemo, useState } from 'react'
import { formatShortCircuitPathName } from '#lib/contract/words/path-text.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { PageLink } from '../links/page-link.tsx'
import type { TimeRange } from '../time/time-range.ts'
import type { StateTone } from '../ui/drawing/glyph.tsx'
import { StateLabel } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import { createTimeBoundsColumns } from '../ui/table/exported-rows.ts'
import type { DataTableColumn, CellValue } from '../ui/table/table-columns.ts'
import { TimeBoundsText } from '../ui/times/time.tsx'
import { toggleInSet } from '../ui/toggled-list.ts'
import { AsPathText } from '../ui/facts/as-path.tsx'
import { RouteAttributeRows, RouteAttributesText, formatRouteRows } from './route-attributes.tsx'
import {
  getRouteChangeKey,
  listDistinctAsPathRoutes,
  listRouteGroupResources,
  hasSameAsPaths,
  type RouteTableChange,
  type RouteChangesOfPrefix,
} from './route-groups.ts'
import {
  compareByPrefix,
  buildHistoryColumn,
  formatTablePart,
  formatRouteTableName,
  makeColumnUnsortable,
} from './shared-columns.tsx'
import { buildRouteTableHref } from './table-href.ts'

/** Status words for kinds of route change. Their colors are neutral, because a change is not a health state. */
const routeOps: Record<RouteTableChange['op'], { tone: StateTone; word: string }> = {
  withdraw: { tone: 'off', word: 'WITHDRAWN' },
  change: { tone: 'notice', word: 'CHANGED' },
  announce: { tone: 'notice', word: 'ANNOUNCED' },
}
const opOrder = Object.keys(routeOps)

/**
 * Table of route changes. A row combines the same change of one prefix in several route tables, and expands to these
 * tables.
 */
export function RouteGroupTable({
  range,
  isSorted = false,
  ...table
}: Omit<ComponentProps<typeof DataTable<RouteChangesOfPrefix>>, 'columns' | 'rowKey' | 'rowDetail'> & {
  range: TimeRange
}) {
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set())
  const isTimed = table.rows.some(({ between }) => between !== null)
  const columns = useMemo(
    () =>
      columnsOf(range, { isTimed, isSorted, unfolded, toggle: (key) => setUnfolded((now) => toggleInSet(now, key)) }),
    [range, isTimed, isSorted, unfolded],
  )
  return (
    <DataTable<RouteChangesOfPrefix>
      {...table}
      isSorted={isSorted}
      columns={columns}
      rowKey={({ key }) => key}
      rowDetail={(group) => (unfolded.has(group.key) ? <Changes group={group} /> : null)}
    />
  )
}

interface Drawn {
  isTimed: boolean
  /** true = the server sorted the rows, so that the user can sort only by the time and the prefix */
  isSorted: boolean
  unfolded: ReadonlySet<string>
  toggle: (key: string) => void
}

/**
 * Returns a function that reads a value from the first change of a group. Exported files have one row for each change,
 * so that each of their groups has only one change.
 */
const ofFirst =
  (value: (change: RouteTableChange) => CellValue) =>
  ({ changes: [first] }: RouteChangesOfPrefix) =>
    value(first)

function columnsOf(
  range: TimeRange,
  { isTimed, isSorted, unfolded, toggle }: Drawn,
): DataTableColumn<RouteChangesOfPrefix>[] {
  const free = isSorted
    ? makeColumnUnsortable<RouteChangesOfPrefix>
    : (column: DataTableColumn<RouteChangesOfPrefix>) => column
  return [
    ...(isTimed
      ? [
          {
            id: 'when',
            header: 'Between the polls of',
            phone: 'state' as const,
            zoned: true,
            value: ({ between }: RouteChangesOfPrefix) => between?.[1] ?? null,
            exported: createTimeBoundsColumns('Changed', ({ between }: RouteChangesOfPrefix) => between),
            cell: ({ between }: RouteChangesOfPrefix) => between && <TimeBoundsText bounds={between} zoned={false} />,
            className: 'whitespace-nowrap tabular-nums',
          },
        ]
      : []),
    free({
      id: 'op',
      header: 'Change',
      phone: 'fact',
      value: ({ op }) => routeOps[op].word,
      compare: (a, b) => opOrder.indexOf(a.op) - opOrder.indexOf(b.op) || compareByPrefix(a, b),
      cell: ({ op }) => <StateLabel {...routeOps[op]} className="whitespace-nowrap" />,
    }),
    {
      ...buildHistoryColumn<RouteChangesOfPrefix>(range, (group) => {
        const [place, ...others] = listRouteGroupResources(group)
        return place && others.length === 0 ? place.change.scope : null
      }),
      phone: 'name',
    },
    free({
      id: 'path',
      header: 'Before → after',
      phone: 'below',
      keep: true,
      value: (group) =>
        `${formatRouteRows(listDistinctAsPathRoutes(group, 'before'))} → ${formatRouteRows(listDistinctAsPathRoutes(group, 'after'))}`,
      exported: [
        { header: 'Before', value: ofFirst(({ before }) => formatRouteRows(before)) },
        { header: 'After', value: ofFirst(({ after }) => formatRouteRows(after)) },
      ],
      cell: (group) => (
        <span className="flex flex-wrap items-center gap-x-2">
          <Side group={group} side="before" />
          <ArrowRightIcon aria-hidden className="size-3.5 shrink-0 text-ink-3" />
          <Side group={group} side="after" />
        </span>
      ),
    }),
    free({
      id: 'where',
      header: 'Where',
      phone: 'fact',
      value: (group) =>
        listRouteGroupResources(group)
          .map(({ change }) => change.scopeName)
          .join(', '),
      exported: [
        { header: 'Gateway, circuit or hub', value: ofFirst(({ scopeName }) => scopeName) },
        { header: 'Path', value: ofFirst(({ path }) => path) },
        { header: 'Table', value: ofFirst(formatRouteTableName) },
        { header: 'Instance', value: ofFirst(({ instance }) => instance) },
        { header: 'Peer', value: ofFirst(({ peer }) => peer) },
      ],
      cell: (group) => <Places group={group} />,
    }),
    makeColumnUnsortable({
      id: 'routes',
      header: 'Routes',
      align: 'right',
      value: ({ changes }) => changes.length,
      cell: ({ key, prefix, changes }) => (
        <RowToggle count={changes.length} of={prefix} isOpen={unfolded.has(key)} onToggle={() => toggle(key)} />
      ),
    }),
  ]
}

function Side({ group, side }: { group: RouteChangesOfPrefix; side: 'before' | 'after' }) {
  const [first, ...others] = listDistinctAsPathRoutes(group, side)
  if (!first) return <span className="whitespace-nowrap text-ink-3">no route</span>
  const isPath = first.state === undefined && !hasSameAsPaths(group)
  return (
    <span className="whitespace-nowrap">
      {isPath ? <AsPathText path={first} /> : <RouteAttributesText row={first} />}
      {others.length > 0 && <span className="text-ink-3"> +{others.length}</span>}
    </span>
  )
}

const PLACES = 2

function Places({ group }: { group: RouteChangesOfPrefix }) {
  const places = listRouteGroupResources(group)
  return (
    <span className="whitespace-nowrap">
      {places.slice(0, PLACES).map(({ change, count }, index) => (
        <span key={change.scope}>
          {index > 0 && ', '}
          <PageLink href={buildRouteTableHref(change)} className="link">
            {change.scopeName}
          </PageLink>
          {count === 1 && change.path && (
            <span className="text-ink-3 max-sm:hidden"> {formatShortCircuitPathName(change.peering, change.path)}</span>
          )}
        </span>
      ))}
      {places.length > PLACES && <span className="text-ink-3"> +{places.length - PLACES}</span>}
    </span>
  )
}

/**
 * Button with the number of routes in a table row. A click expands the row.
 * @param of name of the row
 * @param isMore whether there are more routes than counted
 */
export function RowToggle({
  count,
  isMore = false,
  of,
  isOpen,
  onToggle,
}: {
  count: number
  isMore?: boolean
  of: string
  isOpen: boolean
  onToggle: () => void
}) {
  const Icon = isOpen ? ChevronDownIcon : ChevronRightIcon
  return (
    <button
      type="button"
      data-row-link
      aria-expanded={isOpen}
      aria-label={`${formatCountWithPlural(count, 'route')}: details of ${of}`}
      onClick={onToggle}
      className="inline-flex min-h-6 min-w-6 items-center justify-end gap-1 rounded-xs text-ink-2 tabular-nums hover:bg-hover"
    >
      {isMore && '≥ '}
      {count}
      <Icon aria-hidden className="size-3.5" />
    </button>
  )
}

/** Lists the route changes that a table row combines, one line each, with the routes before and after. */
function Changes({ group: { changes } }: { group: RouteChangesOfPrefix }) {
  return (
    <ul className="grid gap-1 px-3.5 py-2 text-xs">
      {changes.map((change) => (
        <li
          key={getRouteChangeKey(change)}
          className="grid grid-cols-1 gap-x-4 sm:grid-cols-[18rem_minmax(0,1fr)_minmax(0,1fr)_14rem]"
        >
          <span>
            {change.scopeName} <span className="text-ink-3">{formatTablePart(change)}</span>
          </span>
          <RouteAttributeRows rows={change.before} none="no route" />
          <span className="flex gap-2">
            <ArrowRightIcon aria-hidden className="mt-0.5 size-3.5 shrink-0 text-ink-3" />
            <RouteAttributeRows rows={change.after} none="no route" />
          </span>
          {change.between && <TimeBoundsText bounds={change.between} />}
        </li>
      ))}
    </ul>
  )
}
