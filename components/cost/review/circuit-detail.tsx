import type { ReactNode } from 'react'
import { useEndpointQuery } from '../../data/index.ts'
import { QueryStateView, SkeletonRows } from '../../ui/answer-view.tsx'
import { type CostReviewRow, listCostReviewRows } from './review-rows.ts'

/**
 * Renders content that needs all fields of a circuit. They are fetched when the content is first shown, because the
 * review leaves them out (`detail=brief`). The review in a snapshot contains them.
 */
export const CircuitDetail = ({
  row,
  children,
}: {
  row: CostReviewRow
  children: (full: CostReviewRow) => ReactNode
}) =>
  row.briefOf ? (
    <Fetched week={row.briefOf} circuit={row.circuitId}>
      {children}
    </Fetched>
  ) : (
    children(row)
  )

function Fetched({
  children,
  ...parameters
}: {
  week: string
  circuit: string
  children: (full: CostReviewRow) => ReactNode
}) {
  return (
    <QueryStateView query={useEndpointQuery('cost/weekly', parameters)} skeleton={<SkeletonRows rows={4} />}>
      {({ data }) => {
        const full = listCostReviewRows(data).find(({ circuitId }) => circuitId === parameters.circuit)
        return full && children(full)
      }}
    </QueryStateView>
  )
}
