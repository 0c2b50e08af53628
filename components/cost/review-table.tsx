'use client'

import { clsx } from 'clsx'
import { useMemo } from 'react'
import type { CostProjection, CostReview } from '#lib/contract/index.ts'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { NotOnPaper, ON_PAPER } from './on-paper.tsx'
import { cell, PlainTable, row } from './plain-table.tsx'
import { reviewColumns } from './review-columns.tsx'
import { reviewOrder } from './review-order.ts'

/** One row for each circuit, sortable and filterable; in print the first ones, by action. */
export function ReviewTable({ review }: { review: CostReview }) {
  const { month, circuits } = review.projections
  const { variance, comparedWith } = review
  const columns = useMemo(() => reviewColumns({ variance, comparedWith }), [variance, comparedWith])
  const rows = useMemo(() => reviewOrder(circuits), [circuits])
  const caption = `Cost of each circuit in ${month}`
  return (
    <>
      <div className="print:hidden">
        <DataTable
          name="cost"
          caption={caption}
          columns={columns}
          rows={rows}
          rowKey={({ circuitId }) => circuitId}
          empty="No circuits."
          height="max-h-[150vh]"
        />
      </div>
      <div className="hidden print:block">
        <PaperTable caption={caption} columns={columns} rows={rows} />
      </div>
    </>
  )
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
      <PlainTable caption={caption} head={columns.map(({ header }) => header)}>
        {rows.slice(0, ON_PAPER.circuits).map((projection) => (
          <tr key={projection.circuitId} className={row}>
            {columns.map((column) => (
              <td key={column.id} className={clsx(cell, column.className)}>
                {column.cell ? column.cell(projection) : column.value(projection)}
              </td>
            ))}
          </tr>
        ))}
      </PlainTable>
      <NotOnPaper count={rows.length} most={ON_PAPER.circuits} />
    </>
  )
}
