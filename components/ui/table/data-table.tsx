'use client'

import { type RowData, useTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { clsx } from 'clsx'
import { parseAsArrayOf, parseAsBoolean, parseAsString, useQueryStates } from 'nuqs'
import { type ReactNode, startTransition, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Tone } from '../drawing/glyph.tsx'
import { IdleQueue } from '../../data/idle-queue.ts'
import { usePreferences, useZoneLabel } from '../preferences.tsx'
import type { ViewTime } from './exported.ts'
import { type Column, columnsBut, features, matchesFilter, type Sorting, toColumnDefs } from './features.ts'
import { SortField } from './sort-field.tsx'
import { stacked, useIsStacked } from './stacked.ts'
import { TableHead } from './table-head.tsx'
import { Spacer, TableRow, TotalRow } from './table-rows.tsx'
import { TableToolbar } from './table-toolbar.tsx'
import { WholeLink } from './whole-link.tsx'
import { wholeParameter } from './whole-parameter.ts'

/** Longer tables render only the visible rows, unless all are asked for. */
const VIRTUAL_FROM = 150
/** The most rows that are drawn where all are asked for. */
const MOST_ROWS = 2_000
/** estimated row height in px: of one line, and of a list's line for each column */
const ROW_HEIGHTS = { comfortable: 36, compact: 28 }
const LINE_HEIGHT = 24
const USUAL_HEIGHT = 'max-h-[75vh]'
/** px of a table that the server draws the rows of: a screen's height */
const SERVER_RECT = { width: 0, height: 900 }
/** Rows that are drawn first, more than a screen shows; the others follow in pieces that keep no hand waiting, each in a task of its own. */
const FIRST_ROWS = 30
const PIECE_ROWS = 12
const pieces = new IdleQueue()
/** Rows that a phone shows at first: each is a list there. */
const PHONE_ROWS = 25

const addressed = {
  filter: parseAsString.withDefault(''),
  sort: parseAsString.withDefault(''),
  hidden: parseAsArrayOf(parseAsString).withDefault([]),
  whole: parseAsBoolean.withDefault(false),
}

/**
 * A table with sorting, filter, column choice, copy and export; its state is part of the page's address.
 * @param name prefix of the address parameters, and what it is called
 * @param exportTitle what an exported file has in it, where that is more than the name; `time`: when that was true
 * A press on a row follows its link, the one that j and k move to; not where a row has details to unfold.
 * @param onSort the reader asks for another order, which the address has from now on
 * @param isSorted the rows come in the order that the address asks for ({@link useTableSort}), of more rows than these
 * @param exportRows all rows for the export if the table has only a page of them
 */
export function DataTable<Row extends RowData>({
  name,
  caption,
  columns,
  rows,
  rowKey,
  rowTone,
  defaultSort,
  empty,
  toolbar,
  filterable = true,
  isSorted = false,
  onSort,
  exportRows,
  exportTitle = name,
  time = null,
  rowDetail,
  total,
  height = USUAL_HEIGHT,
  bare = false,
  toolsInHead = false,
  onPhone: insteadOnPhone = null,
}: {
  name: string
  caption: string
  columns: Column<Row>[]
  rows: Row[]
  rowKey: (row: Row) => string
  rowTone?: (row: Row) => Tone
  defaultSort?: Sorting
  empty: ReactNode
  toolbar?: ReactNode
  filterable?: boolean
  isSorted?: boolean
  onSort?: () => void
  exportRows?: () => Promise<Row[]>
  exportTitle?: string
  /** the moment or the range that the table shows; null = now */
  time?: ViewTime | null
  /** full-width content below a row; null = none. For tables that render all of their rows */
  rowDetail?: (row: Row) => ReactNode
  /** what stands in a column of the last line, for the rows that the filter leaves; the first column is its name */
  total?: (column: string, shown: readonly Row[]) => ReactNode
  /** greatest height before the table scrolls; null = it does not, but where only a part of its rows is drawn */
  height?: string | null
  /** a few rows of a list whose page has filter, columns and export */
  bare?: boolean
  /** without filter and choice, its tools stand in the head of its panel, whose first content it is */
  toolsInHead?: boolean
  /** what stands in the place of the rows on a phone, where each row is a list; null = the rows */
  onPhone?: ReactNode
}) {
  const wholeKey = wholeParameter(name)
  const [{ filter, sort, hidden, whole }, setAddress] = useQueryStates(addressed, {
    urlKeys: { filter: `${name}.q`, sort: `${name}.sort`, hidden: `${name}.hide`, whole: wholeKey },
    history: 'replace',
  })
  const shownColumns = useMemo(() => columnsBut(columns, hidden), [columns, hidden])
  const columnDefs = useMemo(() => toColumnDefs(shownColumns), [shownColumns])
  const sorting = useMemo(() => {
    const sorted = sort === '' ? defaultSort : { id: sort.replace(/^-/, ''), desc: sort.startsWith('-') }
    return sorted && shownColumns.some(({ id }) => id === sorted.id) ? [sorted] : []
  }, [sort, defaultSort, shownColumns])

  const setSort = (next: Sorting | undefined) => {
    void setAddress({ sort: next ? `${next.desc ? '-' : ''}${next.id}` : null })
    onSort?.()
  }

  const filtered = useMemo(
    () =>
      filter === ''
        ? rows
        : rows.filter((row) =>
            matchesFilter(
              columns.map(({ value }) => value(row)),
              filter,
            ),
          ),
    [rows, columns, filter],
  )
  const table = useTable({
    features,
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
  const onPhone = stacked(shownColumns.map(({ header, zoned }) => (zoned ? `${header} (${zone})` : header)))
  const isStacked = useIsStacked()
  const scroller = useRef<HTMLElement>(null)
  const virtual = shown.length >= VIRTUAL_FROM && !(whole && shown.length <= MOST_ROWS)
  const [drawnRows, setDrawnRows] = useState(whole ? MOST_ROWS : FIRST_ROWS)
  useEffect(() => {
    if (!virtual && drawnRows < shown.length)
      return pieces.ask(() => startTransition(() => setDrawnRows(drawnRows + PIECE_ROWS)))
  }, [virtual, drawnRows, shown.length])
  // those that are drawn only where they are seen need no end
  const isCutOnPhone = !virtual && !whole && shown.length > PHONE_ROWS
  const virtualizer = useVirtualizer({
    // measuring the place where it scrolls forces a layout of the whole page
    enabled: virtual,
    count: virtual ? shown.length : 0,
    initialRect: SERVER_RECT,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isStacked ? LINE_HEIGHT * shownColumns.length : ROW_HEIGHTS[density]),
    // a measured height belongs to its row, independent of sorting
    getItemKey: useCallback((index: number) => shown[index]?.id ?? index, [shown]),
    overscan: isStacked ? 3 : 12,
  })
  // row heights of the table do not apply to the list layout, and vice versa
  // biome-ignore lint/correctness/useExhaustiveDependencies: these decide how tall rows are
  useEffect(() => {
    if (virtual) virtualizer.measure()
  }, [virtualizer, virtual, isStacked, density, shownColumns.length])
  const window = virtualizer.getVirtualItems()
  const visible = virtual
    ? window.flatMap(({ index }) => (shown[index] ? { index, row: shown[index] } : []))
    : shown.slice(0, drawnRows).map((row, index) => ({ index, row }))
  const above = virtual ? (window[0]?.start ?? 0) : 0
  const below = virtual ? virtualizer.getTotalSize() - (window.at(-1)?.end ?? 0) : 0

  const wholeLink = (className: string) => (
    <WholeLink
      parameter={wholeKey}
      rows={shown.length}
      onPress={() => void setAddress({ whole: true })}
      className={className}
    />
  )
  const words = name.replaceAll('-', ' ')
  // what has no rows has nothing to filter, to sort or to export; a choice of its own may be the reason
  const hasToolbar = !bare && (rows.length > 0 || Boolean(toolbar))
  const isInHead = toolsInHead && !filterable && !toolbar
  return (
    <div>
      {hasToolbar && (
        <TableToolbar
          name={words}
          columns={columns}
          hidden={hidden}
          onHidden={(ids) => void setAddress({ hidden: ids.length > 0 ? ids : null })}
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
          <SortField name={words} columns={shownColumns} sorting={sorting[0]} onSort={setSort} />
        </TableToolbar>
      )}
      {insteadOnPhone && <div className="border-t sm:hidden print:hidden">{insteadOnPhone}</div>}
      {shown.length === 0 ? (
        <div className={hasToolbar && !isInHead ? 'border-t' : undefined}>
          {rows.length === 0 ? empty : <NoMatch filter={filter} />}
        </div>
      ) : (
        <section
          ref={scroller}
          // the browser lets a scrolling region be reached by keyboard only when it can hold the focus
          tabIndex={0}
          aria-label={caption}
          className={clsx(
            'relative overflow-auto -outline-offset-2',
            hasToolbar && (isInHead ? 'max-sm:border-t' : 'border-t'),
            height ?? (virtual && USUAL_HEIGHT),
            // on a phone the page scrolls, unless only a part of the rows is drawn
            !virtual && 'max-sm:max-h-none',
            insteadOnPhone && 'max-sm:not-print:hidden',
          )}
        >
          <table
            className={clsx('w-full border-collapse text-left text-xs', onPhone.className)}
            style={onPhone.style}
            aria-rowcount={shown.length + 1}
          >
            <caption className="sr-only">{caption}</caption>
            <TableHead table={table} />
            <tbody>
              {above > 0 && <Spacer height={above} span={shownColumns.length} />}
              {visible.map(({ index, row }) => (
                <TableRow
                  key={row.id}
                  row={row.original}
                  index={index}
                  columns={shownColumns}
                  tone={rowTone?.(row.original) ?? 'off'}
                  detail={rowDetail}
                  measure={virtual ? virtualizer.measureElement : undefined}
                  isBeyondPhone={isCutOnPhone && index >= PHONE_ROWS}
                />
              ))}
              {below > 0 && <Spacer height={below} span={shownColumns.length} />}
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
          {virtual && <noscript>{wholeLink('')}</noscript>}
          {(isCutOnPhone || drawnRows < shown.length) &&
            !virtual &&
            wholeLink(clsx(drawnRows >= shown.length && 'sm:hidden'))}
        </section>
      )}
    </div>
  )
}

function NoMatch({ filter }: { filter: string }) {
  return (
    <p className="px-3.5 py-8 text-center text-ink-2">
      No rows match <span className="font-mono text-ink">{filter}</span>. Shorten the filter.
    </p>
  )
}
