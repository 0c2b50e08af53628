'use client'

import { clsx } from 'clsx'
import { parseAsString, useQueryStates } from 'nuqs'
import type { CostReview } from '#lib/cost/api/index.ts'
import { apiUrl, useEndpoint } from '../data/index.ts'
import { plural } from '../format/quantity.ts'
import { PageAge } from '../ui/times/answer-age.tsx'
import { AnswerView, Empty, SkeletonRows } from '../ui/answer-view.tsx'
import { SelectField } from '../ui/field.tsx'
import { InTurn } from '../ui/in-turn.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Panel } from '../ui/panel.tsx'
import { Moment } from '../ui/times/time.tsx'
import { AssumptionsPanel } from './assumptions-panel.tsx'
import { BudgetsPanel } from './budgets/budgets-panel.tsx'
import { CostCurvePanel } from './curve/cost-curve-panel.tsx'
import { CumulativePanel } from './curve/cumulative-panel.tsx'
import { DecisionsPanel } from './decisions/decisions-panel.tsx'
import { FindingsPanels } from './findings-panels.tsx'
import { FindingsSection } from './findings-section.tsx'
import { bandWords } from './money-words.ts'
import { MonthsPanel } from './months-panel.tsx'
import { OptionsPanel } from './options-panel.tsx'
import { OverridesPanel } from './overrides/overrides-panel.tsx'
import { ReconcilePanel } from './reconcile-panel.tsx'
import { reviewOrder } from './review/review-order.ts'
import { ReviewTable } from './review/review-table.tsx'
import { TcoPanel } from './tco-panel.tsx'
import { CostWhatIfPanel } from './what-if-panel.tsx'
import DownloadIcon from 'lucide-react/icons/download'
import PrinterIcon from 'lucide-react/icons/printer'
import { Button } from '../ui/button.tsx'

/** The weekly review on one page: each circuit's cost, its confidence and the recommended action. */
export function CostPage() {
  const [{ week, circuit }, setAddress] = useQueryStates(
    { week: parseAsString, circuit: parseAsString },
    { history: 'push' },
  )
  const query = useEndpoint('cost/weekly', { week })
  const review = query.data?.data
  return (
    <>
      <PageHead
        title={review ? `Cost review ${review.week}` : 'Cost review'}
        age={<PageAge answer={query.data} />}
        actions={
          review && <WeekSelect review={review} week={week} onWeek={(next) => void setAddress({ week: next })} />
        }
        // its text comes with the review: the room for it is there before
        since={
          <span className="block min-h-10 max-sm:min-h-20 print:min-h-0">{review && <Standing review={review} />}</span>
        }
      />
      <AnswerView query={query} skeleton={<SkeletonRows rows={8} height="3.25rem" />}>
        {({ data }) =>
          data.projections.circuits.length === 0 ? (
            <Panel title="Circuits">
              <Empty title="No circuits in this month">
                A review covers ExpressRoute circuits. For the polled resources and errors from Azure, see Sources.
              </Empty>
            </Panel>
          ) : (
            <Review review={data} circuitId={circuit} onCircuit={(id) => void setAddress({ circuit: id })} />
          )
        }
      </AnswerView>
    </>
  )
}

/** Tighter spacing in print. */
const tightOnPaper =
  'print:[&_section>div]:p-1 print:[&_section>header]:min-h-0 print:[&_section>header]:break-after-avoid print:[&_section>header]:p-1'

function Review({
  review,
  circuitId,
  onCircuit,
}: {
  review: CostReview
  circuitId: string | null
  onCircuit: (id: string) => void
}) {
  const { circuits } = review.projections
  const shown = circuits.find((one) => one.circuitId === circuitId) ?? reviewOrder(circuits)[0]
  const isOpen = review.closedAt === null
  return (
    <div className={clsx('flex flex-col gap-4 print:block print:space-y-2 print:[zoom:0.88]', tightOnPaper)}>
      <InTurn>
        <Panel title="Circuits" flush aside={<ReviewActions review={review} />}>
          <ReviewTable review={review} />
        </Panel>
        {shown && (
          // on paper what decides: the cost by plan, and the options beside it
          <div className="grid gap-4 xl:grid-cols-2 print:grid-cols-2 print:gap-2">
            <div className="contents print:hidden">
              <CumulativePanel projection={shown} circuits={circuits} onCircuit={onCircuit} />
            </div>
            <CostCurvePanel projection={shown} />
            <div className="min-w-0 xl:col-span-2 print:col-span-1">
              <OptionsPanel projection={shown} />
            </div>
          </div>
        )}
        <>
          {shown && <MonthsPanel projection={shown} />}
          {isOpen && <FindingsSection customer={null} />}
        </>
        {/* most of these are folded: what belongs together stands close */}
        <div className="flex flex-col gap-2 print:contents">
          <BudgetsPanel review={review} />
          <div className="flex flex-col gap-2 print:block print:columns-2 print:gap-2 print:space-y-2">
            <FindingsPanels review={review} />
            <DecisionsPanel review={review} />
          </div>
          {isOpen && (
            <>
              {shown && <CostWhatIfPanel projection={shown} circuits={circuits} onCircuit={onCircuit} />}
              <TcoPanel circuits={circuits} />
              <ReconcilePanel month={review.projections.month} />
              <OverridesPanel circuits={circuits} />
            </>
          )}
          <AssumptionsPanel circuits={circuits} />
        </div>
      </InTurn>
    </div>
  )
}

function Standing({ review }: { review: CostReview }) {
  const { closedAt, projections, week, closing } = review
  const { totals } = projections
  const total = totals.map(bandWords).join('; ')
  return (
    <>
      {closedAt ? (
        <>
          Published <Moment at={closedAt} />, kept as it was.
        </>
      ) : (
        `The week is ${week === closing ? 'over but not closed' : 'open'}; it is published on Monday at 02:00 UTC.`
      )}{' '}
      {total && `${projections.month}, all circuits: ${total}.`} {totals.length > 1 && 'Currencies are not summed. '}
      {projections.unpriced > 0 && `${plural(projections.unpriced, 'circuit')} without a price excluded.  `}
      <PricesNote />
    </>
  )
}

function WeekSelect({
  review,
  week,
  onWeek,
}: {
  review: CostReview
  week: string | null
  onWeek: (week: string | null) => void
}) {
  const published = review.weeks.map((name) => ({ value: name, label: name }))
  const closing = review.closing ? [{ value: review.closing, label: `${review.closing}, not closed` }] : []
  const options = [{ value: '', label: 'open week' }, ...closing, ...published]
  return (
    <SelectField
      label="Week"
      className="w-44 print:hidden"
      options={options}
      value={week ?? ''}
      onChange={({ target }) => onWeek(target.value === '' ? null : target.value)}
    />
  )
}

/** The price list in force, its age, and why a newer one was not applied. */
function PricesNote() {
  const prices = useEndpoint('cost/prices').data?.data
  if (!prices) return null
  const { sheet, lastCheck } = prices
  const from = sheet.source === 'snapshot' ? 'the list shipped with Peerwatch' : 'Azure’s Retail Prices API'
  const age = sheet.ageDays === 0 ? 'read today' : `${sheet.ageDays} days old`
  const failed = lastCheck && (lastCheck.outcome === 'refused' || lastCheck.outcome === 'unreachable')
  return (
    <>
      Prices are {from}, {age}.
      {failed && (
        <>
          {' '}
          The last update was {lastCheck.outcome === 'refused' ? 'rejected' : 'unreachable'}:{' '}
          {lastCheck.faults[0]?.detail ?? 'no reason given'}.
        </>
      )}
      {lastCheck && !failed && lastCheck.faults.length > 0 && (
        <>
          {' '}
          {plural(lastCheck.faults.length, 'row')} of it could not be used: {lastCheck.faults[0]?.detail}.
        </>
      )}
    </>
  )
}

/** Exports the review: print, CSV, and FOCUS. */
function ReviewActions({ review: { week, projections } }: { review: CostReview }) {
  const files = [
    { name: 'CSV', title: 'All circuits with all figures', url: apiUrl('cost/weekly/csv', { week }) },
    {
      name: 'FOCUS',
      title: 'A projection in FOCUS 1.2 format',
      url: apiUrl('cost/focus', { month: projections.month }),
    },
  ]
  return (
    <span className="flex flex-wrap items-center gap-1.5 print:hidden">
      {files.map(({ name, title, url }) => (
        <Button key={name} title={title} onClick={() => window.location.assign(url)}>
          <DownloadIcon aria-hidden />
          {name}
        </Button>
      ))}
      <Button onClick={() => window.print()}>
        <PrinterIcon aria-hidden />
        Print
      </Button>
    </span>
  )
}
