'use client'

import { clsx } from 'clsx'
import { useCallback, useMemo, useState } from 'react'
import type { CostProjection, CostReview } from '#lib/cost/api/index.ts'
import { DataTable } from '../../ui/table/data-table.tsx'
import type { Column } from '../../ui/table/features.ts'
import { NotOnPaper, ON_PAPER } from '../on-paper.tsx'
import { cell, PlainTable, row } from '../plain-table.tsx'
import { reviewColumns, reviewTotal } from './review-columns.tsx'
import { reviewOrder } from './review-order.ts'
import { ReviewReason } from './review-reason.tsx'

/** A decision for each circuit, sortable and filterable, its reason where somebody asks for it; in print the first ones, by action. */
export function ReviewTable({ review }: { review: CostReview }) {
  const { month, circuits } = review.projections
  const { variance, comparedWith, decisions } = review
  const [explained, setExplained] = useState<string[]>([])
  const columns = useMemo(
    () => reviewColumns({ variance, comparedWith, decisions }),
    [variance, comparedWith, decisions],
  )
  const onScreen = useMemo(
    () => columns.map((column) => (column.id === 'todo' ? withReason(column, explained, setExplained) : column)),
    [columns, explained],
  )
  const rows = useMemo(() => reviewOrder(circuits), [circuits])
  const reasonOf = useCallback(
    (projection: CostProjection) =>
      explained.includes(projection.circuitId) && (
        <div id={`why-${projection.circuitId}`} className="px-3.5 py-2">
          <ReviewReason projection={projection} />
        </div>
      ),
    [explained],
  )
  const caption = `Cost of each circuit in ${month}`
  return (
    <>
      <div className="print:hidden">
        <DataTable
          name="cost"
          caption={caption}
          columns={onScreen}
          rows={rows}
          rowKey={({ circuitId }) => circuitId}
          rowDetail={reasonOf}
          total={reviewTotal}
          empty="No circuits."
          height="max-h-[150vh]"
        />
      </div>
      <div className="hidden print:block">
        <PaperTable caption={caption} columns={columns.filter(({ id }) => id !== 'confidence')} rows={rows} />
      </div>
    </>
  )
}

/** The recommendation with a button that shows its reason below the row. */
function withReason(
  column: Column<CostProjection>,
  explained: readonly string[],
  onExplained: (ids: string[]) => void,
): Column<CostProjection> {
  return {
    ...column,
    cell: (projection) => {
      const { circuitId, name } = projection
      const isOpen = explained.includes(circuitId)
      return (
        <>
          {column.cell?.(projection)}
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={`why-${circuitId}`}
            aria-label={`Why, ${name}`}
            onClick={() => onExplained(isOpen ? explained.filter((id) => id !== circuitId) : [...explained, circuitId])}
            className="link block min-h-6 text-xs"
          >
            {isOpen ? 'Hide why' : 'Why'}
          </button>
        </>
      )
    },
  }
}

function PaperTable({
  caption,
  columns,
  rows,
}: {
  caption: string
  columns: readonly Column<CostProjection>[]
  rows: readonly CostProjection[]
}) {
  return (
    <>
      <PlainTable
        caption={caption}
        head={columns.map(({ header }) => header)}
        right={columns.flatMap(({ header, align }) => (align === 'right' ? header : []))}
      >
        {rows.slice(0, ON_PAPER.circuits).map((projection) => (
          <PaperRow key={projection.circuitId} columns={columns} projection={projection} />
        ))}
        <tr className={clsx(row, 'font-semibold')}>
          {columns.map(({ id, align, className }) => (
            <td key={id} className={clsx(cell, align === 'right' && 'text-right', className)}>
              {reviewTotal(id, rows)}
            </td>
          ))}
        </tr>
      </PlainTable>
      <NotOnPaper count={rows.length} most={ON_PAPER.circuits} />
    </>
  )
}

function PaperRow({ columns, projection }: { columns: readonly Column<CostProjection>[]; projection: CostProjection }) {
  return (
    <>
      <tr className="break-inside-avoid">
        {columns.map((column) => (
          <td key={column.id} className={clsx(cell, column.align === 'right' && 'text-right', column.className)}>
            {column.cell ? column.cell(projection) : column.value(projection)}
          </td>
        ))}
      </tr>
      <tr className={row}>
        <td colSpan={columns.length} className="px-1.5 pb-1">
          <ReviewReason projection={projection} />
        </td>
      </tr>
    </>
  )
}
