import { clsx } from 'clsx'
import { memo, type ReactNode } from 'react'
import type { StateTone } from '../drawing/glyph.tsx'
import { MomentText } from '../times/time.tsx'
import { getCellClass, type DataTableColumn, type CellValue } from './table-columns.ts'
import { missingValueDash } from './missing-value-dash.tsx'
import { rowHandlers } from './open-row.ts'

const edgeOf: Partial<Record<StateTone, string>> = {
  down: 'shadow-[inset_2px_0_0_var(--down-mark)]',
  degraded: 'shadow-[inset_2px_0_0_var(--degraded-mark)]',
}

interface RowProps<Row> {
  row: Row
  index: number
  columns: readonly DataTableColumn<Row>[]
  tone: StateTone
  detail: ((row: Row) => ReactNode) | undefined
  /** receives the element of the row to measure its height; undefined if the table renders all rows */
  measure: ((element: HTMLTableRowElement | null) => void) | undefined
  /** whether a phone hides the row until the user requests all rows */
  isBeyondPhone: boolean
}

/**
 * Row of a table, with its expanded detail below. It is memoized, because most rows of a refreshed list are unchanged.
 * Cells are plain elements and not components of their own. React would otherwise replace a cell whenever its component
 * type changes, and the focus in the row would be lost.
 */
export const TableRow = memo(function TableRow<Row>({
  row,
  index,
  columns,
  tone,
  detail,
  measure,
  isBeyondPhone,
}: RowProps<Row>) {
  return (
    <>
      <tr
        ref={measure}
        data-index={index}
        {...rowHandlers}
        className={clsx(
          'h-(--row-height) border-b last:border-b-0 hover:bg-hover in-data-[lines="2"]:h-(--row-height-2)',
          isBeyondPhone && 'max-sm:not-print:hidden!',
          'has-[a[href],[data-row-link]]:cursor-pointer',
          edgeOf[tone],
        )}
      >
        <Cells row={row} columns={columns} />
      </tr>
      <Detail span={columns.length}>{detail?.(row)}</Detail>
    </>
  )
  // the cast restores the type parameter `Row`, which `memo` removes
}) as <Row>(props: RowProps<Row>) => ReactNode

/**
 * Cells of a row. They are memoized separately from the row, because a filter changes the position of rows but not
 * their cells.
 */
const Cells = memo(function Cells<Row>({ row, columns }: Pick<RowProps<Row>, 'row' | 'columns'>) {
  return columns.map((column) => (
    <td
      key={column.id}
      data-phone={column.phone}
      data-label={column.labelled ? column.header : undefined}
      className={clsx(
        'px-2 py-(--row-padding) align-middle first:pl-3.5 last:pr-3.5 in-data-[lines="2"]:py-0.5',
        getCellClass(column),
      )}
    >
      {column.cell ? column.cell(row) : drawValue(column.value(row), column.zoned)}
    </td>
  ))
}) as <Row>(props: Pick<RowProps<Row>, 'row' | 'columns'>) => ReactNode

/** Renders a value of a column that defines no cell: as text, or as a time if the column contains times. */
const drawValue = (value: CellValue, isTime = false): ReactNode =>
  isTime && value !== null ? <MomentText at={String(value)} zoned={false} /> : (value ?? missingValueDash)

/** Empty row with the height of the rows that are not rendered. */
export function TableRowSpacer({ height, span }: { height: number; span: number }) {
  return (
    <tr aria-hidden="true" style={{ height }}>
      <td colSpan={span} />
    </tr>
  )
}

/** Last line of a table, with totals of the rows that pass the filter. */
export function TotalRow<Row>({
  columns,
  cellOf,
}: {
  columns: readonly DataTableColumn<Row>[]
  cellOf: (column: string) => ReactNode
}) {
  return (
    <tfoot>
      <tr className="border-t bg-sunken font-semibold">
        {columns.map((column, index) => {
          const Cell = index === 0 ? 'th' : 'td'
          return (
            <Cell
              key={column.id}
              {...(index === 0 && { scope: 'row' })}
              className={clsx('px-2 py-1.5 first:pl-3.5 last:pr-3.5', getCellClass(column))}
            >
              {cellOf(column.id)}
            </Cell>
          )
        })}
      </tr>
    </tfoot>
  )
}

function Detail({ span, children }: { span: number; children: ReactNode }) {
  if (!children) return null
  return (
    <tr className="border-b bg-sunken">
      <td colSpan={span} className="p-0">
        {children}
      </td>
    </tr>
  )
}
