import {
  createColumnHelper,
  createSortedRowModel,
  type RowData,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/react-table'
import type { ReactNode } from 'react'
import { naturalOrderOfAnyCase } from '../../format/natural-order.ts'

interface HeaderStyle {
  align: 'left' | 'right'
  zoned: boolean
}

export const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  columnMeta: {} as HeaderStyle,
})

export type Value = string | number | null

/** Sort column and direction. */
export interface Sorting {
  id: string
  desc: boolean
}

/** A column of a file: the unit is in its header, each bound has a column of its own. */
export interface ExportedColumn<Row> {
  header: string
  /** @param at when the table is true, epoch milliseconds: the moment that it is as of, else now */
  value: (row: Row, at: number) => Value
}

/**
 * A column of a table. `value` is for sorting and filter, `exported` for files; `cell` is rendered.
 */
export interface Column<Row> {
  id: string
  header: string
  value: (row: Row) => Value
  cell?: (row: Row) => ReactNode
  /** its columns in files and on the clipboard; without them its header and `value` */
  exported?: ExportedColumn<Row>[]
  /** order of two rows, ascending; without it numbers sort as numbers and text in natural order */
  compare?: (a: Row, b: Row) => number
  align?: 'left' | 'right'
  className?: string
  /** cells have times without a zone: the header names it */
  zoned?: boolean
  sortable?: boolean
}

/** Ascending, null last. */
export function compareValues(a: Value, b: Value): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return naturalOrderOfAnyCase(String(a), String(b))
}

/** The visible columns. The first one names the rows and cannot be hidden. */
export const columnsBut = <Row>(columns: readonly Column<Row>[], hidden: readonly string[]): Column<Row>[] =>
  columns.filter(({ id }, index) => index === 0 || !hidden.includes(id))

/** The columns for what sorts rows and draws headers. Cells are drawn from {@link Column} itself. */
export function toColumnDefs<Row extends RowData>(columns: Column<Row>[]) {
  const helper = createColumnHelper<typeof features, Row>()
  return helper.columns(
    columns.map((column) =>
      helper.accessor(column.value, {
        id: column.id,
        header: column.header,
        enableSorting: column.sortable ?? true,
        sortFn: (a, b) =>
          column.compare
            ? column.compare(a.original, b.original)
            : compareValues(column.value(a.original), column.value(b.original)),
        meta: { align: column.align ?? 'left', zoned: column.zoned ?? false },
      }),
    ),
  )
}

/** Every word of the filter must occur in some value of the row. */
export function matchesFilter(values: Value[], filter: string): boolean {
  const text = values
    .map((value) => (value === null ? '' : String(value)))
    .join('\n')
    .toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
