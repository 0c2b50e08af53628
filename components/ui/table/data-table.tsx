import { type RowData, useTable } from '@tanstack/react-table'
import { clsx } from 'clsx'
import { parseAsArrayOf, parseAsBoolean, parseAsString, useQueryStates } from 'nuqs'
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react'
import type { StateTone } from '../drawing/glyph.tsx'
import { usePreferences, useZoneLabel } from '../preferences.tsx'
import type { StatusText } from '../status.tsx'
import { toggleInSet } from '../toggled-list.ts'
import type { ExportTime } from './exported-rows.ts'
import {
  type DataTableColumn,
  removeHiddenColumns,
  keepColumnsWithValues,
  sortableTableFeatures,
  listRemovableColumns,
  placeColumnsOnPhone,
  keepChosenColumns,
  type TableSorting,
  toColumnDefs,
} from './table-columns.ts'
import { doesMatchFilter } from '../../format/natural-order.ts'
import { GroupField, RowGroupHeader } from './group-parts.tsx'
import { type RowGrouping, groupTableRows, getLineKey, buildTableLines } from './row-groups.ts'
import { SortField } from './sort-field.tsx'
import { TableHead } from './table-head.tsx'
import { TableRowSpacer, TableRow, TotalRow } from './table-rows.tsx'
import { TableToolbar } from './table-toolbar.tsx'
import { useVirtualLines, useIsStacked } from './use-virtual-lines.ts'
import { useColumnFit } from './use-column-fit.ts'
import { ShowAllRowsLink } from './show-all-rows-link.tsx'
import { getAllRowsParameter } from './all-rows-parameter.ts'

/** Row heights in px, by density and number of lines of text. */
const ROW_HEIGHTS = { comfortable: { 1: 36, 2: 48 }, compact: { 1: 28, 2: 40 } }
const PHONE_ROW = 60
/** Number of rows that a phone shows until the user requests all rows. */
const PHONE_ROWS = 20

const addressed = {
  filter: parseAsString.withDefault(''),
  sort: parseAsString.withDefault(''),
  hidden: parseAsArrayOf(parseAsString).withDefault([]),
  asked: parseAsArrayOf(parseAsString).withDefault([]),
  group: parseAsString.withDefault(''),
  whole: parseAsBoolean.withDefault(false),
}

/**
 * Table with sorting, filter, groups, column choice, copy and export. Its state is part of the page's URL. It scrolls
 * with the page. If the width is not sufficient, columns are left out by priority. A click on a row activates the row's
 * link or button; the keys j and k move the focus from row to row.
 * @param name prefix of the URL parameters, and name of the table
 * @param exportTitle title of an exported file, if the name is not sufficient
 * @param time time that the table shows, for exported files
 * @param onSort called when the user chooses another order; the order is also written to the URL
 * @param isSorted whether the caller already sorted the rows by the order in the URL ({@link useTableSort}), because
 *   `rows` is only a part of all rows
 * @param exportRows loads all rows for the export if the table has only one page of them
 */
export function DataTable<Row extends RowData>({
  name,
  caption,
  columns,
  rows,
  rowKey,
  rowTone,
  lines: rowLines = 1,
  groupings,
  defaultGroup = '',
  statusOf,
  defaultSort,
  empty,
  toolbar,
  picture,
  filterable = true,
  isSorted = false,
  onSort,
  exportRows,
  exportTitle = name,
  time = null,
  rowDetail,
  total,
  bare = false,
  toolsInHead = false,
}: {
  name: string
  caption: string
  columns: DataTableColumn<Row>[]
  rows: Row[]
  rowKey: (row: Row) => string
  rowTone?: (row: Row) => StateTone
  /** number of text lines in each row; all rows of a table have the same height */
  lines?: 1 | 2
  /** groupings that the user can choose; with `statusOf` each group shows its worst state */
  groupings?: readonly RowGrouping<Row>[] | undefined
  /** grouping until the user chooses another */
  defaultGroup?: string
  statusOf?: (row: Row) => StatusText
  defaultSort?: TableSorting
  empty: ReactNode
  toolbar?: ReactNode
  /** content between the toolbar and the rows, for example a chart */
  picture?: ReactNode
  filterable?: boolean
  isSorted?: boolean
  onSort?: () => void
  exportRows?: () => Promise<Row[]>
  exportTitle?: string
  /** time or range that the table shows; null = now */
  time?: ExportTime | null
  /**
   * Returns the full-width content below a row; null = the row has no such content. Only for tables that render all of
   * their rows.
   */
  rowDetail?: (row: Row) => ReactNode
  /**
   * Returns the content of a column in the last line of the table, which shows totals of the rows that pass the filter.
   * The first column contains the name of the line.
   */
  total?: (column: string, shown: readonly Row[]) => ReactNode
  /**
   * Whether to leave out the toolbar. Set it for a short excerpt of a list that has its own page with filter, columns
   * and export.
   */
  bare?: boolean
  /**
   * Whether the toolbar is in the head of the surrounding panel. It has an effect only if the table has no filter and
   * no choices, and the table must be the panel's first content.
   */
  toolsInHead?: boolean
}) {
  const wholeKey = getAllRowsParameter(name)
  const [{ filter, sort, hidden, asked, group, whole }, setAddress] = useQueryStates(addressed, {
    urlKeys: {
      filter: `${name}.q`,
      sort: `${name}.sort`,
      hidden: `${name}.hide`,
      asked: `${name}.show`,
      group: `${name}.group`,
      whole: wholeKey,
    },
    history: 'replace',
  })
  const frame = useRef<HTMLElement>(null)
  const chosen = useMemo(
    () => removeHiddenColumns(keepColumnsWithValues(columns, rows), hidden),
    [columns, rows, hidden],
  )
  const ranked = useMemo(() => keepChosenColumns(placeColumnsOnPhone(chosen), asked), [chosen, asked])
  const leaving = useMemo(() => listRemovableColumns(ranked), [ranked])
  const filtered = useMemo(
    () =>
      filter === ''
        ? rows
        : rows.filter((row) =>
            doesMatchFilter(
              columns.map(({ value }) => value(row)),
              filter,
            ),
          ),
    [rows, columns, filter],
  )
  const fit = useColumnFit(
    frame,
    leaving,
    [...chosen.map(({ id }) => id), ...asked].join(),
    // A filter does not bring a column back, so that the columns keep their places while somebody types. A table without
    // a match has no frame, so that it is measured again with the next match.
    `${rows.length} ${filtered.length === 0}`,
  )
  const shownColumns = useMemo(() => {
    const gone = leaving.slice(0, fit.without)
    return ranked.filter(({ id }) => !gone.includes(id))
  }, [ranked, leaving, fit.without])
  const columnDefs = useMemo(() => toColumnDefs(shownColumns), [shownColumns])
  const sorting = useMemo(() => {
    const sorted = sort === '' ? defaultSort : { id: sort.replace(/^-/, ''), desc: sort.startsWith('-') }
    return sorted && columns.some(({ id }) => id === sorted.id) ? [sorted] : []
  }, [sort, defaultSort, columns])

  const setSort = (next: TableSorting | undefined) => {
    void setAddress({ sort: next ? `${next.desc ? '-' : ''}${next.id}` : null })
    onSort?.()
  }

  const table = useTable({
    features: sortableTableFeatures,
    columns: columnDefs,
    data: filtered,
    getRowId: rowKey,
    state: { sorting },
    enableSortingRemoval: false,
    manualSorting: isSorted,
    onSortingChange: (update) => {
      const [next] = typeof update === 'function' ? update(sorting) : update
      setSort(next)
    },
  })
  const shown = table.getRowModel().rows

  const zone = useZoneLabel()
  const { density } = usePreferences()
  const isStacked = useIsStacked()
  const [folded, setFolded] = useState<ReadonlySet<string | null>>(new Set())
  const grouping = groupings?.find(({ id }) => id === (group || defaultGroup))
  const lines = useMemo(
    () =>
      buildTableLines(
        shown,
        grouping &&
          groupTableRows(shown, (row) => grouping.of(row.original), statusOf && ((row) => statusOf(row.original))),
        folded,
      ),
    [shown, grouping, statusOf, folded],
  )
  const drawn = useVirtualLines(
    frame,
    lines.length,
    whole,
    isStacked ? PHONE_ROW : ROW_HEIGHTS[density][rowLines],
    useCallback((index: number) => getLineKey(lines[index]), [lines]),
  )
  // A table that renders only its visible rows needs no limit on phones.
  const isCutOnPhone = !drawn.isWindow && !whole && shown.length > PHONE_ROWS

  const wholeLink = (className: string) => (
    <ShowAllRowsLink
      parameter={wholeKey}
      rows={shown.length}
      onPress={() => void setAddress({ whole: true })}
      className={className}
    />
  )
  const words = name.replaceAll('-', ' ')
  // A table without rows has no toolbar. An exception is a table with filter choices in its toolbar, because they may
  // be the reason why no row is shown.
  const hasToolbar = !bare && (rows.length > 0 || Boolean(toolbar))
  const isInHead = toolsInHead && !filterable && !toolbar
  return (
    <div>
      {hasToolbar && (
        <TableToolbar
          name={words}
          columns={columns}
          isDrawn={(id) => isDrawnIn(frame.current, id)}
          onColumn={(id, isShown) =>
            void setAddress(
              isShown
                ? { hidden: orNull(hidden.filter((one) => one !== id)), asked: [...asked, id] }
                : { hidden: [...hidden, id], asked: orNull(asked.filter((one) => one !== id)) },
            )
          }
          taken={removeHiddenColumns(columns, hidden)}
          shown={() => shown.map((row) => row.original)}
          exportRows={exportRows}
          title={exportTitle}
          file={exportTitle}
          time={time}
          counts={{ shown: shown.length, all: rows.length }}
          zone={shownColumns.some(({ zoned }) => zoned) ? zone : null}
          filter={filterable ? filter : null}
          onFilter={(value) => void setAddress({ filter: value || null })}
          isInHead={isInHead}
        >
          {toolbar}
          {groupings && (
            <GroupField
              name={words}
              groupings={groupings}
              group={grouping?.id ?? null}
              onGroup={(id) => void setAddress({ group: id === (defaultGroup || null) ? null : (id ?? 'none') })}
            />
          )}
          <SortField name={words} columns={shownColumns} sorting={sorting[0]} onSort={setSort} />
        </TableToolbar>
      )}
      {picture}
      {shown.length === 0 ? (
        <div className={hasToolbar && !isInHead ? 'border-t' : undefined}>
          {rows.length === 0 ? empty : <NoMatch filter={filter} />}
        </div>
      ) : (
        <section
          ref={frame}
          // A region that scrolls can be reached by keyboard only if it can have the focus.
          {...(fit.isTooWide && { tabIndex: 0 })}
          aria-label={caption}
          className={clsx(
            '@container relative -outline-offset-2',
            // Inside a region that scrolls, column headers stick to its own top edge, where no top bar covers them.
            fit.isTooWide && 'overflow-x-auto [--top-bar:0px]',
            hasToolbar && (isInHead ? 'max-sm:border-t' : 'border-t'),
          )}
        >
          <table
            className="brief-on-phone w-full border-collapse text-left text-xs"
            data-lines={rowLines}
            aria-rowcount={lines.length + 1}
          >
            <caption className="sr-only">{caption}</caption>
            <TableHead table={table} mayBreak={fit.isTooWide} />
            <tbody>
              {drawn.above > 0 && <TableRowSpacer height={drawn.above} span={shownColumns.length} />}
              {lines
                .slice(drawn.from, drawn.to)
                .map((line, offset) =>
                  'group' in line ? (
                    <RowGroupHeader
                      key={getLineKey(line)}
                      group={line.group}
                      span={shownColumns.length}
                      isOpen={!folded.has(line.group.name)}
                      onToggle={() => setFolded(toggleInSet(folded, line.group.name))}
                    />
                  ) : (
                    <TableRow
                      key={line.row.id}
                      row={line.row.original}
                      index={drawn.from + offset}
                      columns={shownColumns}
                      tone={rowTone?.(line.row.original) ?? statusOf?.(line.row.original).tone ?? 'off'}
                      detail={rowDetail}
                      measure={drawn.measure}
                      isBeyondPhone={isCutOnPhone && drawn.from + offset >= PHONE_ROWS}
                    />
                  ),
                )}
              {drawn.below > 0 && <TableRowSpacer height={drawn.below} span={shownColumns.length} />}
            </tbody>
            {total && (
              <TotalRow
                columns={shownColumns}
                cellOf={(column) =>
                  total(
                    column,
                    shown.map((row) => row.original),
                  )
                }
              />
            )}
          </table>
          {drawn.isWindow && <noscript>{wholeLink('')}</noscript>}
          {(isCutOnPhone || drawn.to < lines.length) &&
            !drawn.isWindow &&
            wholeLink(clsx(drawn.to >= lines.length && 'sm:hidden'))}
        </section>
      )}
    </div>
  )
}

/** Reports whether a column is currently visible in a table. */
function isDrawnIn(frame: HTMLElement | null, id: string): boolean {
  const head = frame?.querySelector(`th[data-column="${id}"]`)
  return head !== null && head !== undefined && getComputedStyle(head).display !== 'none'
}

const orNull = (ids: string[]) => (ids.length > 0 ? ids : null)

function NoMatch({ filter }: { filter: string }) {
  return (
    <p className="px-3.5 py-8 text-center text-ink-2">
      No rows match <span className="font-mono text-ink">{filter}</span>. Shorten the filter.
    </p>
  )
}
