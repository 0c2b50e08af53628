'use client'

import { type RowData, useTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { clsx } from 'clsx'
import ArrowDownIcon from 'lucide-react/icons/arrow-down'
import ArrowUpIcon from 'lucide-react/icons/arrow-up'
import { parseAsString, useQueryStates } from 'nuqs'
import { type ReactNode, useMemo, useRef } from 'react'
import type { Tone } from '../glyph.tsx'
import { useZoneLabel } from '../preferences.tsx'
import { type Column, features, matchesFilter, toColumnDefs } from './features.ts'
import { TableToolbar } from './table-toolbar.tsx'

/** Longer tables draw only the rows in sight. */
const VIRTUAL_FROM = 150
const ROW_HEIGHT = 36

const edgeOf: Partial<Record<Tone, string>> = {
  down: 'shadow-[inset_2px_0_0_var(--down-mark)]',
  degraded: 'shadow-[inset_2px_0_0_var(--degraded-mark)]',
}

/**
 * A table that sorts, filters, copies and exports, and keeps sort and filter in the page's address.
 * @param name tells the tables of one page apart in the address, and names the exported file
 * @param exportRows the rows to export where the table holds only a page of them
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
  exportRows,
  height = 'max-h-[75vh]',
}: {
  name: string
  caption: string
  columns: Column<Row>[]
  rows: Row[]
  rowKey: (row: Row) => string
  rowTone?: (row: Row) => Tone
  defaultSort?: { id: string; desc: boolean }
  empty: ReactNode
  toolbar?: ReactNode
  filterable?: boolean
  exportRows?: () => Promise<Row[]>
  /** how tall it may get before it scrolls by itself */
  height?: string
}) {
  const [{ filter, sort }, setAddress] = useQueryStates(
    { filter: parseAsString.withDefault(''), sort: parseAsString.withDefault('') },
    { urlKeys: { filter: `${name}.q`, sort: `${name}.sort` }, history: 'replace' },
  )
  const columnDefs = useMemo(() => toColumnDefs(columns), [columns])
  const sorting = useMemo(() => {
    if (sort === '') return defaultSort ? [defaultSort] : []
    return [{ id: sort.replace(/^-/, ''), desc: sort.startsWith('-') }]
  }, [sort, defaultSort])

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
    onSortingChange: (update) => {
      const [next] = typeof update === 'function' ? update(sorting) : update
      void setAddress({ sort: next ? `${next.desc ? '-' : ''}${next.id}` : null })
    },
  })
  const shown = table.getRowModel().rows

  const zone = useZoneLabel()
  const scroller = useRef<HTMLElement>(null)
  const virtual = shown.length >= VIRTUAL_FROM
  const virtualizer = useVirtualizer({
    count: virtual ? shown.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  })
  const window = virtualizer.getVirtualItems()
  const visible = virtual ? window.flatMap(({ index }) => shown[index] ?? []) : shown
  const above = virtual ? (window[0]?.start ?? 0) : 0
  const below = virtual ? virtualizer.getTotalSize() - (window.at(-1)?.end ?? 0) : 0

  return (
    <div>
      <TableToolbar
        name={name}
        columns={columns}
        shown={() => shown.map((row) => row.original)}
        exportRows={exportRows}
        counts={{ shown: shown.length, all: rows.length }}
        filter={filterable ? filter : null}
        onFilter={(value) => void setAddress({ filter: value || null })}
      >
        {toolbar}
      </TableToolbar>
      {shown.length === 0 ? (
        <div className="border-t">{rows.length === 0 ? empty : <NoMatch filter={filter} />}</div>
      ) : (
        <section
          ref={scroller}
          // the browser lets a scrolling region be reached by keyboard only when it can hold the focus
          tabIndex={0}
          aria-label={caption}
          className={clsx('relative overflow-auto border-t -outline-offset-2', height)}
        >
          <table className="w-full border-collapse text-left" aria-rowcount={shown.length + 1}>
            <caption className="sr-only">{caption}</caption>
            <thead className="sticky top-0 z-10 bg-surface shadow-[inset_0_-1px_0_var(--line)]">
              {table.getHeaderGroups().map((group) => (
                <tr key={group.id}>
                  {group.headers.map((header) => {
                    const direction = header.column.getIsSorted()
                    const meta = header.column.columnDef.meta
                    return (
                      <th
                        key={header.id}
                        scope="col"
                        aria-sort={direction === 'asc' ? 'ascending' : direction === 'desc' ? 'descending' : undefined}
                        className={clsx(
                          'h-8 px-2 text-2xs font-medium text-ink-3 first:pl-3.5 last:pr-3.5',
                          meta?.align === 'right' && 'text-right',
                        )}
                      >
                        {header.column.getCanSort() ? (
                          <button
                            type="button"
                            onClick={header.column.getToggleSortingHandler()}
                            className={clsx(
                              'inline-flex items-center gap-1 rounded-xs whitespace-nowrap hover:text-ink',
                              meta?.align === 'right' && 'flex-row-reverse',
                              direction && 'text-ink',
                            )}
                          >
                            <table.FlexRender header={header} />
                            {meta?.zoned && ` (${zone})`}
                            {direction === 'asc' && <ArrowUpIcon aria-hidden className="size-3" />}
                            {direction === 'desc' && <ArrowDownIcon aria-hidden className="size-3" />}
                          </button>
                        ) : (
                          <table.FlexRender header={header} />
                        )}
                      </th>
                    )
                  })}
                </tr>
              ))}
            </thead>
            <tbody>
              {above > 0 && <Spacer height={above} span={columns.length} />}
              {visible.map((row) => (
                <tr
                  key={row.id}
                  className={clsx(
                    'h-9 border-b last:border-b-0 hover:bg-hover',
                    edgeOf[rowTone?.(row.original) ?? 'off'],
                  )}
                >
                  {row.getAllCells().map((cell) => {
                    const meta = cell.column.columnDef.meta
                    return (
                      <td
                        key={cell.id}
                        className={clsx(
                          'px-2 py-1.5 align-middle first:pl-3.5 last:pr-3.5',
                          meta?.align === 'right' && 'text-right',
                          meta?.className,
                        )}
                      >
                        <table.FlexRender cell={cell} />
                      </td>
                    )
                  })}
                </tr>
              ))}
              {below > 0 && <Spacer height={below} span={columns.length} />}
            </tbody>
          </table>
        </section>
      )}
    </div>
  )
}

function Spacer({ height, span }: { height: number; span: number }) {
  return (
    <tr aria-hidden="true" style={{ height }}>
      <td colSpan={span} />
    </tr>
  )
}

function NoMatch({ filter }: { filter: string }) {
  return (
    <p className="px-3.5 py-8 text-center text-ink-2">
      Nothing matches <span className="font-mono text-ink">{filter}</span>. Shorten the filter to see more.
    </p>
  )
}
