import { clsx } from 'clsx'
import ChevronDownIcon from 'lucide-react/icons/chevron-down'
import { useCallback, useMemo, useState } from 'react'
import type { CostReviewWithSummary } from '#lib/cost/api/index.ts'
import { DisableControlsWithoutRight } from '../../access/require-right.tsx'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import type { DataTableColumn } from '../../ui/table/table-columns.ts'
import { DecideButton } from '../decisions/decide-button.tsx'
import { findDeclinedReason, formatOpenQuestion, formatRecommendationReason } from '../decisions/decision-text.ts'
import { PrintedTable } from '../../paper/paper-table.tsx'
import { createCostReviewColumns, renderCostReviewTotalCell } from './review-columns.tsx'
import { CircuitDetail } from './circuit-detail.tsx'
import { CostReviewReason } from './review-reason.tsx'
import { type CostReviewRow, listCostReviewRows } from './review-rows.ts'

/**
 * Table of the review with one row for each circuit; rows can be sorted, filtered and expanded to show the reason of
 * the recommendation.
 * @param opened circuit whose reason is shown at first; null = none is expanded
 */
export function CostReviewTable({ review, opened }: { review: CostReviewWithSummary; opened: string | null }) {
  const { variance, comparedWith, decisions } = review
  const [explained, setExplained] = useState<string[]>(opened === null ? [] : [opened])
  const columns = useMemo(
    () =>
      createCostReviewColumns({ variance, comparedWith, decisions }, (id) =>
        setExplained((ids) => (ids.includes(id) ? ids : [...ids, id])),
      ),
    [variance, comparedWith, decisions],
  )
  const onScreen = useMemo(
    () => [...columns, rowActions(review, explained, setExplained)],
    [columns, review, explained],
  )
  const rows = useMemo(() => listCostReviewRows(review), [review])
  const moveOf = useCallback((id: string) => variance.find(({ circuitId }) => circuitId === id), [variance])
  const reasonOf = useCallback(
    (projection: CostReviewRow) =>
      explained.includes(projection.circuitId) && (
        <div id={`why-${projection.circuitId}`} className="bg-sunken px-3.5 py-3">
          <CircuitDetail row={projection} rows={4}>
            {(full) => <CostReviewReason projection={full} move={moveOf(full.circuitId)} />}
          </CircuitDetail>
        </div>
      ),
    [explained, moveOf],
  )
  return (
    <DataTable
      name="cost"
      caption={formatCaption(review)}
      columns={onScreen}
      rows={rows}
      rowKey={({ circuitId }) => circuitId}
      rowDetail={reasonOf}
      total={renderCostReviewTotalCell}
      empty="No circuits."
    />
  )
}

const formatCaption = ({ projections: { month } }: CostReviewWithSummary) => `Cost of each circuit in ${month}`

/**
 * Table of the review on paper, with one row for each circuit. The reason of its recommendation, the best offer with
 * open questions, the reason against a cheaper plan, and its caveats are below the row.
 */
export const PrintedReviewTable = ({ review }: { review: CostReviewWithSummary }) => (
  <PrintedTable
    caption={formatCaption(review)}
    columns={createCostReviewColumns(review)}
    // The widths fit a plan on one or two lines. In the row of totals,
    // an amount and its range are on separate lines, so that the columns of money may be narrow.
    widths={{
      circuit: 20,
      todo: 20,
      saving: 10,
      effort: 12,
      capacity: 8,
      confidence: 13,
      month: 14,
      moved: 13,
      expected: 11,
    }}
    rows={listCostReviewRows(review)}
    rowKey={({ circuitId }) => circuitId}
    rowDetail={(row) => {
      const question = formatOpenQuestion(row)
      return [
        formatRecommendationReason(row),
        question && `${question}.`,
        findDeclinedReason(row),
        ...row.caveats.map((words, index) => (index === 0 ? `Caveats: ${words}` : words)),
      ]
        .filter(Boolean)
        .join(' ')
    }}
    total={renderCostReviewTotalCell}
  />
)

/**
 * Returns the column with the user's controls: the decision of the review's week or, if the review is open, a button to
 * decide, and a button that shows the reason of the recommendation.
 */
function rowActions(
  review: CostReviewWithSummary,
  explained: readonly string[],
  onExplained: (ids: string[]) => void,
): DataTableColumn<CostReviewRow> {
  const latest = new Map(review.decisions.toReversed().map((decision) => [decision.circuitId, decision]))
  const since = Date.parse(review.from)
  return {
    id: 'decision',
    header: 'Decision',
    align: 'right',
    value: ({ circuitId }) => latest.get(circuitId)?.decided ?? null,
    sortable: false,
    // keep this column even if no row has a value, because it contains the action buttons
    keep: true,
    phone: 'below',
    className: 'whitespace-nowrap',
    cell: (projection) => {
      const { circuitId, name } = projection
      const isOpen = explained.includes(circuitId)
      const taken = latest.get(circuitId)
      return (
        <span className="flex items-center gap-1.5 sm:justify-end">
          {taken && Date.parse(taken.at) >= since && (
            <span
              className="max-w-40 truncate text-xs text-ink-2"
              title={`${taken.decided} (${taken.by}): ${taken.why}`}
            >
              {taken.decided}
            </span>
          )}
          {review.closedAt === null && (
            <DisableControlsWithoutRight right="decide_cost" isSmall>
              <DecideButton projection={projection} />
            </DisableControlsWithoutRight>
          )}
          <Button
            variant="quiet"
            aria-expanded={isOpen}
            aria-controls={`why-${circuitId}`}
            aria-label={`Why, ${name}`}
            data-row-link
            onClick={() => onExplained(isOpen ? explained.filter((id) => id !== circuitId) : [...explained, circuitId])}
          >
            Why
            <ChevronDownIcon aria-hidden className={clsx('size-3.5', isOpen && 'rotate-180')} />
          </Button>
        </span>
      )
    },
  }
}
