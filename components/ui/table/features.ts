import {
  createColumnHelper,
  createSortedRowModel,
  type RowData,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/react-table'
import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { naturalOrderOfAnyCase } from '../../format/natural-order.ts'

interface HeaderStyle {
  align: 'left' | 'right'
  zoned: boolean
  className: string
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
  /** columns in files and on the clipboard that follow its header and `value` */
  also?: ExportedColumn<Row>[]
  /** order of two rows, ascending; without it numbers sort as numbers and text in natural order */
  compare?: (a: Row, b: Row) => number
  align?: 'left' | 'right'
  className?: string
  /** values are times, and cells have them without a zone, which the header names */
  zoned?: boolean
  sortable?: boolean
  /** a narrower page goes without it: 5 first, 1 last; absent = never. The reader may ask for it all the same */
  priority?: keyof typeof priorityClasses
  /** its place in the two lines of a row on a phone; `both`: a name with its second line below; `below`: a line of its own. Where a table says none, rows are lists there */
  phone?: 'name' | 'both' | 'state' | 'fact' | 'below'
  /** on a phone its header stands before its value: a number says nothing without. Where a table places none, numbers have it */
  labelled?: boolean
  /** stands although no row has a value: a picture. What no file has stands in any case: a command */
  keep?: boolean
}

/** Properties of a column of buttons or pictures, which have no value to sort by or to export. */
export const UNVALUED = { value: () => null, exported: [] as never[], sortable: false }

/** Below these widths of the table a column is not drawn. */
const priorityClasses = {
  1: 'sm:@max-[46rem]:not-print:hidden',
  2: 'sm:@max-[60rem]:not-print:hidden',
  3: 'sm:@max-[72rem]:not-print:hidden',
  4: 'sm:@max-[80rem]:not-print:hidden',
  5: 'sm:@max-[90rem]:not-print:hidden',
}

type CellStyle = Pick<Column<never>, 'className' | 'align' | 'priority'>
const headClass = ({ align, priority }: CellStyle) =>
  clsx(align === 'right' && 'text-right', priority && priorityClasses[priority])

/** The class of the cells of a column: what it says, and where it may be left out. */
export const cellClass = (column: CellStyle) => clsx(headClass(column), column.className)

/** Ascending, null last. */
export function compareValues(a: Value, b: Value): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return naturalOrderOfAnyCase(String(a), String(b))
}

/** The columns that are not hidden. The first one names the rows and cannot be. */
export const columnsBut = <Row>(columns: readonly Column<Row>[], hidden: readonly string[]): Column<Row>[] =>
  columns.filter(({ id }, index) => index === 0 || !hidden.includes(id))

/** The columns that say something of at least one row, and those that no file has. */
export const columnsWithValues = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Column<Row>[] =>
  columns.filter(
    ({ value, keep, exported }, index) =>
      index === 0 ||
      keep ||
      exported?.length === 0 ||
      rows.length === 0 ||
      rows.some((row) => (value(row) ?? '') !== ''),
  )

/** The columns, of which those that the reader asks for have no priority. @param asked ids */
export const rankedColumns = <Row>(columns: readonly Column<Row>[], asked: readonly string[]): Column<Row>[] =>
  columns.map((column): Column<Row> => {
    if (!column.priority || !asked.includes(column.id)) return column
    const { priority: _, ...always } = column
    return always
  })

/** Ids of the columns that may go where they do not fit, the least first. */
export const leavingColumns = <Row>(columns: readonly Column<Row>[]): string[] =>
  columns
    .filter(({ priority }) => priority)
    .toSorted((a, b) => (b.priority ?? 0) - (a.priority ?? 0))
    .map(({ id }) => id)

/**
 * How many columns have to go, the first ones first, so that the others need no more than there is.
 * @param widths px that each takes which stands
 * @param excess px that are too many
 */
export function leavingFor(widths: readonly number[], excess: number): number {
  let [gone, left] = [0, excess]
  for (; left > 1 && gone < widths.length; gone++) left -= widths[gone] ?? 0
  return gone
}

/**
 * How many of the columns that went have room again, the last one first.
 * @param widths px that each took when it stood last, in the order in which they went
 * @param spare px that nothing needs
 */
export function returningTo(widths: readonly number[], spare: number): number {
  let [back, left] = [0, spare]
  for (const width of widths.toReversed()) {
    left -= width
    if (left < 0) break
    back++
  }
  return back
}

/**
 * Columns with their places in the two lines of a row on a phone. Where none says its own, the first names the row, the state stands beside
 * it, the two after that below, and commands on a line of their own; what else there is has no room.
 */
export function placedOnPhone<Row>(columns: readonly Column<Row>[]): Column<Row>[] {
  if (columns.some(({ phone }) => phone)) return [...columns]
  const [name, ...others] = columns
  const said = others.filter(({ exported }) => exported?.length !== 0)
  const state = said.find(({ id }) => id === 'state') ?? said[0]
  const facts = said.filter((column) => column !== state).slice(0, 2)
  return columns.map((column) => {
    const labelled = column.align === 'right'
    if (column === name) return { ...column, phone: 'name' }
    if (column === state) return { ...column, phone: 'state', labelled }
    if (facts.includes(column)) return { ...column, phone: 'fact', labelled }
    return said.includes(column) ? column : { ...column, phone: 'below' }
  })
}

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
        meta: {
          align: column.align ?? 'left',
          zoned: column.zoned ?? false,
          className: headClass(column),
        },
      }),
    ),
  )
}
