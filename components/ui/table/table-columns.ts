import {
  createColumnHelper,
  createSortedRowModel,
  type RowData,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/react-table'
import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { compareNaturallyIgnoringCase } from '../../format/natural-order.ts'

interface HeaderStyle {
  align: 'left' | 'right'
  zoned: boolean
  className: string
}

export const sortableTableFeatures = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  columnMeta: {} as HeaderStyle,
})

export type CellValue = string | number | null

/** Sort column and direction. */
export interface TableSorting {
  id: string
  desc: boolean
}

/** Column of an exported file. Its header contains the unit, and each bound has a separate column. */
export interface ExportedColumn<Row> {
  header: string
  /**
   * Returns the value of a row for the file.
   * @param at time that the table shows, epoch milliseconds
   */
  value: (row: Row, at: number) => CellValue
}

/** Column of a table. `value` is used for sorting and filters, `exported` for files, `cell` for rendering. */
export interface DataTableColumn<Row> {
  id: string
  header: string
  value: (row: Row) => CellValue
  cell?: (row: Row) => ReactNode
  /** columns that replace this column in files and on the clipboard; undefined = a column with `header` and `value` */
  exported?: ExportedColumn<Row>[]
  /**
   * further columns in files and on the clipboard, after the column with `header` and `value`; ignored if `exported` is
   * set
   */
  also?: ExportedColumn<Row>[]
  /**
   * comparison of two rows in ascending order; by default, numbers are compared as numbers and texts in natural order
   */
  compare?: (a: Row, b: Row) => number
  align?: 'left' | 'right'
  className?: string
  /**
   * whether the values are times; the cells show them without a time zone, because the column header or the toolbar
   * names it
   */
  zoned?: boolean
  sortable?: boolean
  /**
   * Rank by which columns are left out if the page is too narrow: columns with 5 are left out first, columns with 1
   * last. Undefined = the column is never left out. The user can still choose to show a column.
   */
  priority?: keyof typeof priorityClasses
  /**
   * Place of the value in the lines that a phone shows for a row: at the name, the state or a further fact. `both` =
   * the value is a name with a second line below it, `below` = the value has a separate line. If no column of the table
   * has a place, places are chosen automatically.
   */
  phone?: 'name' | 'both' | 'state' | 'fact' | 'below'
  /**
   * Whether a phone shows the column header before the value, because a number is unclear without it. If no column of
   * the table has a `phone` place, this is decided automatically: right-aligned columns (numbers) show their header.
   */
  labelled?: boolean
  /**
   * Whether to keep the column even if no row has a value in it, for example a column of pictures. Columns that are
   * never exported, such as buttons, are always kept.
   */
  keep?: boolean
}

/** Properties of a column of buttons or pictures, which has no value to sort by or to export. */
export const VALUELESS_COLUMN = { value: () => null, exported: [] as never[], sortable: false }

/**
 * CSS classes that hide a column, by the priority of the column. Each class applies if the table is narrower than a
 * given width.
 */
const priorityClasses = {
  1: 'sm:@max-[46rem]:not-print:hidden',
  2: 'sm:@max-[60rem]:not-print:hidden',
  3: 'sm:@max-[72rem]:not-print:hidden',
  4: 'sm:@max-[80rem]:not-print:hidden',
  5: 'sm:@max-[90rem]:not-print:hidden',
}

type CellStyle = Pick<DataTableColumn<never>, 'className' | 'align' | 'priority'>
const headClass = ({ align, priority }: CellStyle) =>
  clsx(align === 'right' && 'text-right', priority && priorityClasses[priority])

/** Returns the CSS classes of a column's cells. */
export const getCellClass = (column: CellStyle) => clsx(headClass(column), column.className)

/** Compares two values in ascending order. Null comes after all other values. */
export function compareValues(a: CellValue, b: CellValue): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return compareNaturallyIgnoringCase(String(a), String(b))
}

/** Returns the columns that are not hidden. The first column names the rows and cannot be hidden. */
export const removeHiddenColumns = <Row>(
  columns: readonly DataTableColumn<Row>[],
  hidden: readonly string[],
): DataTableColumn<Row>[] => columns.filter(({ id }, index) => index === 0 || !hidden.includes(id))

/**
 * Returns the columns that have a value in at least one row, and in addition the first column, columns marked `keep`
 * and columns that are never exported. Without rows, returns all columns.
 */
export const keepColumnsWithValues = <Row>(
  columns: readonly DataTableColumn<Row>[],
  rows: readonly Row[],
): DataTableColumn<Row>[] =>
  columns.filter(
    ({ value, keep, exported }, index) =>
      index === 0 ||
      keep ||
      exported?.length === 0 ||
      rows.length === 0 ||
      rows.some((row) => (value(row) ?? '') !== ''),
  )

/**
 * Removes the `priority` of the columns that the user explicitly chose to show. The table then never leaves them out.
 * @param asked ids of the columns that the user chose
 */
export const keepChosenColumns = <Row>(
  columns: readonly DataTableColumn<Row>[],
  asked: readonly string[],
): DataTableColumn<Row>[] =>
  columns.map((column): DataTableColumn<Row> => {
    if (!column.priority || !asked.includes(column.id)) return column
    const { priority: _, ...always } = column
    return always
  })

/** Returns the ids of the columns that can be left out, the least important first. */
export const listRemovableColumns = <Row>(columns: readonly DataTableColumn<Row>[]): string[] =>
  columns
    .filter(({ priority }) => priority)
    .toSorted((a, b) => (b.priority ?? 0) - (a.priority ?? 0))
    .map(({ id }) => id)

/**
 * Returns the number of columns to remove, counted from the start of `widths`, so that the remaining columns fit.
 * @param widths px of each shown column that can be left out, in the order of removal
 * @param excess px by which the table is too wide
 */
export function countColumnsToRemove(widths: readonly number[], excess: number): number {
  let [gone, left] = [0, excess]
  for (; left > 1 && gone < widths.length; gone++) left -= widths[gone] ?? 0
  return gone
}

/**
 * Returns how many of the removed columns fit again. The column that was removed last returns first.
 * @param widths px of each removed column when it was last shown, in the order of removal
 * @param spare unused px
 */
export function countColumnsToRestore(widths: readonly number[], spare: number): number {
  let [back, left] = [0, spare]
  for (const width of widths.toReversed()) {
    left -= width
    if (left < 0) break
    back++
  }
  return back
}

/**
 * Assigns each column a place in the two lines that a phone shows for a row; does nothing if a column already has a
 * `phone` place. The first column is the name of the row. The state is next to it, or the second column if there is no
 * state. The next two columns are in the second line, and buttons are on a separate line. Other columns are not shown.
 */
export function placeColumnsOnPhone<Row>(columns: readonly DataTableColumn<Row>[]): DataTableColumn<Row>[] {
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

/**
 * Converts columns to the format of the table library, which sorts rows and draws headers. Cells are rendered from
 * {@link DataTableColumn}.
 */
export function toColumnDefs<Row extends RowData>(columns: DataTableColumn<Row>[]) {
  const helper = createColumnHelper<typeof sortableTableFeatures, Row>()
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
