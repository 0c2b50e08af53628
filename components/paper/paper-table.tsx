import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { type DataTableColumn, keepColumnsWithValues } from '../ui/table/table-columns.ts'

/**
 * Table on a printed sheet. Its columns have fixed widths, so that no text is squeezed into a column of one word a
 * line. The head is repeated on each page, and pages break between rows. Columns that {@link keepColumnsWithValues}
 * removes, and columns without a width, are left out.
 * @param widths relative widths of the printed columns by column id, in the order of printing
 * @param rowDetail content below a row, over the whole width; null = none
 * @param total renders a cell of a last row with totals
 */
export function PrintedTable<Row>({
  caption,
  columns,
  widths,
  rows,
  rowKey,
  rowDetail,
  total,
}: {
  caption: string
  columns: readonly DataTableColumn<Row>[]
  widths: Readonly<Record<string, number>>
  rows: readonly Row[]
  rowKey: (row: Row) => string
  rowDetail?: (row: Row) => ReactNode
  total?: (column: string, rows: readonly Row[]) => ReactNode
}) {
  const filled = keepColumnsWithValues(columns, rows)
  const printed = Object.entries(widths).flatMap(([id, width]) => {
    const column = filled.find((one) => one.id === id)
    return column ? { ...column, width } : []
  })
  const whole = printed.reduce((sum, { width }) => sum + width, 0)
  const cellClass = ({ align }: Pick<DataTableColumn<Row>, 'align'>) =>
    clsx('px-1.5 py-0.5 align-top break-words [&_*]:whitespace-normal!', align === 'right' && 'text-right tabular-nums')
  return (
    <table className="w-full table-fixed text-left text-xs">
      <caption className="pb-1 text-left text-sm font-semibold">{caption}</caption>
      <colgroup>
        {printed.map(({ id, width }) => (
          <col key={id} style={{ width: `${(100 * width) / whole}%` }} />
        ))}
      </colgroup>
      <thead>
        <tr className="border-b border-line-strong">
          {printed.map((column) => (
            <th key={column.id} scope="col" className={clsx(cellClass(column), 'font-medium text-ink-2')}>
              {column.header}
            </th>
          ))}
        </tr>
      </thead>
      {rows.map((row) => {
        const detail = rowDetail?.(row)
        return (
          <tbody key={rowKey(row)} className="break-inside-avoid border-b">
            <tr>
              {printed.map((column) => (
                <td key={column.id} className={cellClass(column)}>
                  {column.cell ? column.cell(row) : (column.value(row) ?? '–')}
                </td>
              ))}
            </tr>
            {detail && (
              <tr>
                <td colSpan={printed.length} className="px-1.5 pb-1 text-ink-2">
                  {detail}
                </td>
              </tr>
            )}
          </tbody>
        )
      })}
      {total && (
        // at least one row stays on the page of the totals
        <tbody className="break-before-avoid break-inside-avoid border-b font-semibold">
          <tr>
            {printed.map((column) => (
              <td key={column.id} className={cellClass(column)}>
                {total(column.id, rows)}
              </td>
            ))}
          </tr>
        </tbody>
      )}
    </table>
  )
}
