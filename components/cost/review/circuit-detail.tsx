import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { addPageSelectionToParameters, createEndpointQuery, usePageSelection } from '../../data/index.ts'
import { EmptyNote, QueryStateView, SkeletonRows } from '../../ui/answer-view.tsx'
import { type CostReviewRow, listCostReviewRows } from './review-rows.ts'

interface Detail {
  row: CostReviewRow
  /** number of placeholder rows, which gives the first placeholder the height of the content; default: for a chart */
  rows?: number
  /** title of the panel that shows the error of the same query; undefined = this component shows it */
  errorPanel?: string
  /** whether `children` also uses data of another query, which still belongs to another circuit */
  isLoading?: boolean
  children: (full: CostReviewRow) => ReactNode
}

/**
 * Renders content that needs all fields of a circuit. They are fetched when the content is first shown, because the
 * review leaves them out (`detail=brief`). The review in a snapshot contains them. Until the fields of another circuit
 * arrive, the content of the previous circuit keeps its place, but is invisible.
 */
export const CircuitDetail = ({ row, ...detail }: Detail) =>
  row.briefOf ? <Fetched week={row.briefOf} circuit={row.circuitId} {...detail} /> : detail.children(row)

function Fetched({
  week,
  circuit,
  rows = 8,
  errorPanel,
  isLoading = false,
  children,
}: Omit<Detail, 'row'> & { week: string; circuit: string }) {
  const parameters = addPageSelectionToParameters('cost/weekly', { week, circuit }, usePageSelection())
  const query = useQuery({ ...createEndpointQuery('cost/weekly', parameters), placeholderData: keepPreviousData })
  const { data, error, isPlaceholderData } = query
  const isBusy = isPlaceholderData || isLoading
  const renderContent = (review: Parameters<typeof listCostReviewRows>[0]) => {
    const full = listCostReviewRows(review).find(({ circuitId }) => isPlaceholderData || circuitId === circuit)
    return (
      full && (
        <div aria-busy={isBusy} className={isBusy ? 'skeleton *:invisible' : undefined}>
          {children(full)}
        </div>
      )
    )
  }
  if (error && errorPanel !== undefined)
    return data ? (
      <div className="late">{renderContent(data.data)}</div>
    ) : (
      <EmptyNote title="Not loaded">The panel “{errorPanel}” shows the error. Retry there.</EmptyNote>
    )
  return (
    <QueryStateView query={query} skeleton={<SkeletonRows rows={rows} />}>
      {(answer) => renderContent(answer.data)}
    </QueryStateView>
  )
}
