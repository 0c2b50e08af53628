'use client'

import { clsx } from 'clsx'
import { parseAsString, useQueryStates } from 'nuqs'
import type { CostReview } from '#lib/cost/api/index.ts'
import { getMoneySign } from '#lib/cost/api/money-sums.ts'
import { buildApiUrl, useEndpoint } from '../data/index.ts'
import { PageAge } from '../ui/times/answer-age.tsx'
import { AnswerView, EmptyNote, SkeletonRows } from '../ui/answer-view.tsx'
import { SelectField } from '../ui/field.tsx'
import { type ResourceTab, ResourceTabs } from '../resource-page/resource-tabs.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { AssumptionsPanel } from './assumptions-panel.tsx'
import { BudgetsPanel, BudgetsTable } from './budgets/budgets-panel.tsx'
import { CostCurvePanel } from './curve/cost-curve-panel.tsx'
import { CumulativePanel } from './curve/cumulative-panel.tsx'
import { DecisionsPanel } from './decisions/decisions-panel.tsx'
import { FindingsSection } from './findings-section.tsx'
import { Savings } from './review/headline.tsx'
import { MonthsPanel } from './months-panel.tsx'
import { OptionsPanel } from './options-panel.tsx'
import { OverridesPanel } from './overrides/overrides-panel.tsx'
import { ReconcilePanel } from './reconcile-panel.tsx'
import { listReviewRows } from './review/review-rows.ts'
import { ReviewTable } from './review/review-table.tsx'
import { TcoPanel } from './tco-panel.tsx'
import { CostWhatIfPanel } from './what-if-panel.tsx'
import DownloadIcon from 'lucide-react/icons/download'
import PrinterIcon from 'lucide-react/icons/printer'
import { ShareSnapshot } from '../snapshot/share-snapshot.tsx'
import { Button } from '../ui/button.tsx'
import { FoldPanel } from '../ui/fold-panel.tsx'
import { Panel } from '../ui/panel.tsx'
import { formatPlural } from '../format/quantity.ts'
import { formatMoney } from './money-text.ts'
import { PrintOmissionNote, MAX_PRINTED_ROWS, getPrintHiddenClass } from './on-paper.tsx'

/**
 * Shows the weekly cost review: possible savings, and a table of the circuits with recommended changes. Further tabs
 * contain the data and assumptions behind the figures.
 */
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
          review && (
            <>
              <WeekSelect review={review} week={week} onWeek={(next) => void setAddress({ week: next })} />
              <Button onClick={() => window.print()} className="print:hidden">
                <PrinterIcon aria-hidden />
                Print
              </Button>
            </>
          )
        }
        menu={
          review && (
            <>
              <Files review={review} />
              <ShareSnapshot />
            </>
          )
        }
      />
      <AnswerView query={query} skeleton={<CostSkeleton />}>
        {({ data }) =>
          data.projections.circuits.length === 0 ? (
            <EmptyNote title="No circuits in this month">
              A review covers ExpressRoute circuits. For the polled resources and errors from Azure, see Sources.
            </EmptyNote>
          ) : !data.summary ? (
            <EmptyNote title="Snapshot of an earlier version">
              It has no totals. Make a new snapshot of this week.
            </EmptyNote>
          ) : (
            <>
              <Savings review={data} />
              <Parts review={data} circuitId={circuit} onCircuit={(id) => void setAddress({ circuit: id })} />
            </>
          )
        }
      </AnswerView>
    </>
  )
}

/** Placeholder with the height of the savings summary and the first table rows. */
const CostSkeleton = () => (
  <>
    <div className="mb-4 h-36 max-sm:h-64">
      <span className="skeleton block h-8 w-80 max-w-full" />
      <span className="skeleton mt-2 block h-5 w-64" />
    </div>
    <SkeletonRows rows={8} height="3.25rem" />
  </>
)

/** CSS classes that reduce spacing in print. */
const tightOnPaper =
  'print:[&_section>div]:p-1 print:[&_section>header]:min-h-0 print:[&_section>header]:break-after-avoid print:[&_section>header]:p-1'

function Parts({
  review,
  circuitId,
  onCircuit,
}: {
  review: CostReview
  circuitId: string | null
  onCircuit: (id: string) => void
}) {
  const { circuits, month } = review.projections
  const rows = listReviewRows(review)
  const shown = rows.find((one) => one.circuitId === circuitId) ?? rows[0]
  const isOpen = review.closedAt === null
  const tabs: ResourceTab[] = [
    { id: 'review', name: 'Review', sections: ['decisions'], children: <Review review={review} opened={circuitId} /> },
    {
      id: 'options',
      name: 'Options',
      sections: ['what-if', 'months'],
      children: shown && (
        <>
          <div className="grid gap-4 xl:grid-cols-2">
            <CumulativePanel projection={shown} circuits={circuits} onCircuit={onCircuit} />
            <CostCurvePanel projection={shown} />
          </div>
          <OptionsPanel projection={shown} />
          {isOpen && <CostWhatIfPanel projection={shown} circuits={circuits} onCircuit={onCircuit} />}
          <MonthsPanel projection={shown} />
        </>
      ),
    },
    {
      id: 'budgets',
      name: 'Budgets and findings',
      sections: ['budgets', 'findings'],
      children: (
        <>
          <BudgetsPanel review={review} />
          {isOpen && <FindingsSection customer={null} />}
        </>
      ),
    },
    ...(isOpen
      ? [
          { id: 'tco', name: 'Total cost', sections: ['tco'], children: <TcoPanel circuits={circuits} /> },
          { id: 'invoice', name: 'Invoice', sections: ['reconcile'], children: <ReconcilePanel month={month} /> },
        ]
      : []),
    {
      id: 'prices',
      name: 'Prices and assumptions',
      sections: ['overrides', 'assumptions'],
      children: (
        <>
          {isOpen && <OverridesPanel circuits={circuits} />}
          <AssumptionsPanel circuits={circuits} />
        </>
      ),
    },
  ]
  return <ResourceTabs tabs={tabs} />
}

/**
 * Shows the parts of the review that users go through each week to make decisions. In print, space for the decision and
 * a signature is added.
 */
function Review({ review, opened }: { review: CostReview; opened: string | null }) {
  return (
    <div className={clsx('flex flex-col gap-4 print:block print:space-y-2 print:[zoom:0.88]', tightOnPaper)}>
      <ReviewTable review={review} opened={opened} />
      <DecisionsPanel review={review} />
      <FindingsPanels review={review} />
      <div className="hidden print:block">
        <BudgetsTable budgets={review.budgets} />
        <dl className="mt-6 grid grid-cols-[2fr_1fr_1fr] gap-x-6 text-xs text-ink-2">
          {['Decision', 'Name', 'Date'].map((name) => (
            <dt key={name} className="border-t pt-1">
              {name}
            </dt>
          ))}
        </dl>
      </div>
    </div>
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

/** Buttons that download the review as CSV and FOCUS files. */
function Files({ review: { week, projections } }: { review: CostReview }) {
  const files = [
    { name: 'CSV', title: 'All circuits with all figures', url: buildApiUrl('cost/weekly/csv', { week }) },
    {
      name: 'FOCUS',
      title: 'A projection in FOCUS 1.2 format',
      url: buildApiUrl('cost/focus', { month: projections.month }),
    },
  ]
  return files.map(({ name, title, url }) => (
    <Button key={name} title={title} onClick={() => window.location.assign(url)}>
      <DownloadIcon aria-hidden />
      {name}
    </Button>
  ))
}

/** Shows paid resources that are unused, and corrections of already published reviews. */
function FindingsPanels({ review }: { review: CostReview }) {
  const { unused, corrections, projections, closedAt } = review
  const nameOf = (id: string) => projections.circuits.find(({ circuitId }) => circuitId === id)?.name ?? id
  return (
    <>
      {unused.length > 0 && (
        // while the week is open, the tab "Budgets and findings" shows unused resources, so this panel is only printed
        <Panel title="Unused resources" className={closedAt === null ? 'hidden print:block' : undefined}>
          <ul className="space-y-2">
            {unused.map(({ kind, resourceId, name, perMonth, saving, reason, remedy }, i) => (
              <li key={`${kind} ${resourceId}`} className={getPrintHiddenClass(i, MAX_PRINTED_ROWS.unused)}>
                <span className="font-medium">{name}</span>
                {perMonth && <span className="text-ink-2">, {formatMoney(perMonth)} a month</span>}
                {saving && getMoneySign(saving) > 0 && (
                  <span className="text-ink-2">, of which {formatMoney(saving)} could be saved</span>
                )}
                <span className="block text-xs text-ink-2">
                  {reason} {remedy}
                </span>
              </li>
            ))}
          </ul>
          <PrintOmissionNote count={unused.length} most={MAX_PRINTED_ROWS.unused} />
        </Panel>
      )}
      {corrections.length > 0 && (
        <FoldPanel
          id="corrections"
          title="Corrections"
          note={`${formatPlural(corrections.length, 'change')} after a review was published`}
          isOnPaper
        >
          <ul className="space-y-1">
            {corrections.map(({ week, circuitId, published, now, reason }, i) => (
              <li key={`${week} ${circuitId}`} className={getPrintHiddenClass(i, MAX_PRINTED_ROWS.corrections)}>
                {week}, {nameOf(circuitId)}: {formatMoney(published)} was published, {formatMoney(now)} is correct:{' '}
                <span className="text-ink-2">{reason}.</span>
              </li>
            ))}
          </ul>
          <PrintOmissionNote count={corrections.length} most={MAX_PRINTED_ROWS.corrections} />
        </FoldPanel>
      )}
    </>
  )
}
