'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import type { ReactNode } from 'react'
import type { CostReviewWithSummary } from '#lib/cost/api/index.ts'
import { buildApiUrl, useEndpointQuery } from '../data/index.ts'
import { PrintButton } from '../paper/print-button.tsx'
import { PrintedDocumentLayout } from '../paper/print-sheet.tsx'
import type { ResponseAge } from '../ui/times/age-text.ts'
import { PageAge } from '../ui/times/answer-age.tsx'
import { QueryStateView, EmptyNote, SkeletonRows } from '../ui/answer-view.tsx'
import { SelectField } from '../ui/field.tsx'
import { type ResourceTab, ResourceTabs } from '../resource-page/resource-tabs.tsx'
import { PageHeader } from '../ui/page-head.tsx'
import { CostAssumptionsPanel } from './assumptions-panel.tsx'
import { BudgetsPanel, BudgetsTable } from './budgets/budgets-panel.tsx'
import { CostCurvePanel } from './curve/cost-curve-panel.tsx'
import { CumulativeUsagePanel } from './curve/cumulative-usage-panel.tsx'
import { DecisionsPanel } from './decisions/decisions-panel.tsx'
import { FindingsSection } from './findings-section.tsx'
import { CostReviewSavings } from './review/review-savings.tsx'
import { CostMonthsPanel } from './months-panel.tsx'
import { CostOptionsPanel } from './options-panel.tsx'
import { OverridesPanel } from './overrides/overrides-panel.tsx'
import { BillReconciliationPanel } from './reconcile-panel.tsx'
import { listCorrections } from './review/corrections.ts'
import { listCostReviewRows } from './review/review-rows.ts'
import { PrintedReviewTable, CostReviewTable } from './review/review-table.tsx'
import { groupUnusedFindings } from './review/unused-groups.ts'
import { TcoPanel } from './tco-panel.tsx'
import { CostWhatIfPanel } from './what-if-panel.tsx'
import DownloadIcon from 'lucide-react/icons/download'
import { ShareSnapshot } from '../snapshot/share-snapshot.tsx'
import { Button } from '../ui/button.tsx'
import { CollapsiblePanel } from '../ui/fold-panel.tsx'
import { VeryWideRow } from '../ui/very-wide-row.tsx'
import { Panel } from '../ui/panel.tsx'
import { formatCountWithPlural } from '../format/quantity.ts'

/**
 * Shows the weekly cost review: possible savings, and a table of the circuits with recommended changes. Further tabs
 * contain the data and assumptions behind the figures.
 */
export function CostPage() {
  const [{ week, circuit }, setAddress] = useQueryStates(
    { week: parseAsString, circuit: parseAsString },
    { history: 'push' },
  )
  const query = useEndpointQuery('cost/weekly', { week, detail: 'brief' })
  const review = query.data?.data
  return (
    <>
      <PageHeader
        title={review ? `Cost review ${review.week}` : 'Cost review'}
        age={<PageAge answer={query.data} />}
        actions={
          review && (
            <>
              <WeekSelect review={review} week={week} onWeek={(next) => void setAddress({ week: next })} />
              <PrintButton />
              <ShareSnapshot />
            </>
          )
        }
        menu={review && <Files review={review} />}
      />
      <QueryStateView query={query} skeleton={<CostSkeleton />}>
        {({ data, asOf, freshness }) =>
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
              <CostReviewSavings review={data} answer={{ asOf, freshness }} />
              <Parts
                review={data}
                answer={{ asOf, freshness }}
                circuitId={circuit}
                onCircuit={(id) => void setAddress({ circuit: id })}
              />
            </>
          )
        }
      </QueryStateView>
    </>
  )
}

/** Placeholder with the height of the savings summary and the first table rows. */
const CostSkeleton = () => (
  <>
    <div className="mb-4 h-52 max-sm:h-99">
      <span className="skeleton block h-8 w-80 max-w-full" />
      <span className="skeleton mt-2 block h-5 w-64" />
    </div>
    <SkeletonRows rows={8} height="4.25rem" />
  </>
)

function Parts({
  review,
  answer,
  circuitId,
  onCircuit,
}: {
  review: CostReviewWithSummary
  answer: ResponseAge
  circuitId: string | null
  onCircuit: (id: string) => void
}) {
  const { circuits, month } = review.projections
  const rows = listCostReviewRows(review)
  const shown = rows.find((one) => one.circuitId === circuitId) ?? rows[0]
  const isOpen = review.closedAt === null
  const tabs: ResourceTab[] = [
    {
      id: 'review',
      name: 'Review',
      sections: ['decisions'],
      children: (
        <Review review={review} answer={answer} opened={circuitId}>
          {shown && (
            <VeryWideRow>
              <CumulativeUsagePanel projection={shown} circuits={circuits} onCircuit={onCircuit} />
              <CostCurvePanel projection={shown} />
              {isOpen && (
                <>
                  <BudgetsPanel review={review} />
                  <FindingsSection customer={null} />
                </>
              )}
            </VeryWideRow>
          )}
        </Review>
      ),
    },
    {
      id: 'options',
      name: 'Options',
      sections: ['what-if', 'months'],
      children: shown && (
        <>
          <div className="grid grid-cols-1 gap-4 xl:grid-cols-2">
            <CumulativeUsagePanel projection={shown} circuits={circuits} onCircuit={onCircuit} />
            <CostCurvePanel projection={shown} />
          </div>
          <CostOptionsPanel projection={shown} />
          {isOpen && <CostWhatIfPanel projection={shown} circuits={circuits} onCircuit={onCircuit} />}
          <CostMonthsPanel projection={shown} />
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
          {
            id: 'invoice',
            name: 'Invoice',
            sections: ['reconcile'],
            children: <BillReconciliationPanel month={month} />,
          },
        ]
      : []),
    {
      id: 'prices',
      name: 'Prices and assumptions',
      sections: ['overrides', 'assumptions'],
      children: (
        <>
          {isOpen && <OverridesPanel circuits={circuits} />}
          <CostAssumptionsPanel circuits={circuits} />
        </>
      ),
    },
  ]
  return <ResourceTabs tabs={tabs} />
}

/**
 * Shows the parts of the review that users go through each week to decide about plan changes. It also contains the
 * printed form of the review.
 * @param children further panels below the table
 */
function Review({
  review,
  answer,
  opened,
  children,
}: {
  review: CostReviewWithSummary
  answer: ResponseAge
  opened: string | null
  children: ReactNode
}) {
  const corrections = listCorrections(review)
  return (
    <div className="flex flex-col gap-4">
      <PrintedDocumentLayout
        title={`Cost review ${review.week}`}
        answer={answer}
        signature={['Decision', 'Name', 'Date']}
        content={() => (
          <>
            <CostReviewSavings review={review} answer={answer} />
            <PrintedReviewTable review={review} />
            <DecisionsPanel review={review} />
            <UnusedResources review={review} shown={listCostReviewRows(review).flatMap(({ caveats }) => caveats)} />
            {corrections.length > 0 && (
              <Panel title="Corrections">
                <Corrections corrections={corrections} />
              </Panel>
            )}
            <BudgetsTable budgets={review.budgets} />
          </>
        )}
      />
      <CostReviewTable review={review} opened={opened} />
      <DecisionsPanel review={review} />
      <FindingsPanels review={review} />
      {children}
    </div>
  )
}

function WeekSelect({
  review,
  week,
  onWeek,
}: {
  review: CostReviewWithSummary
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
function Files({ review: { week, projections } }: { review: CostReviewWithSummary }) {
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

/**
 * Shows paid resources that are unused or lightly used, and corrections of already published reviews. While the week is
 * open, these resources are shown in the tab "Budgets and findings" instead.
 */
function FindingsPanels({ review }: { review: CostReviewWithSummary }) {
  const corrections = listCorrections(review)
  return (
    <>
      {review.closedAt !== null && <UnusedResources review={review} />}
      {corrections.length > 0 && (
        <CollapsiblePanel
          id="corrections"
          title="Corrections"
          note={`${formatCountWithPlural(corrections.flatMap(({ changes }) => changes).length, 'change')} after a review was published`}
        >
          <Corrections corrections={corrections} />
        </CollapsiblePanel>
      )}
    </>
  )
}

/**
 * Panels with paid resources that are unused or lightly used; renders nothing if there are none.
 * @param shown reasons that are not repeated, because the rows of the circuits contain them
 */
function UnusedResources({ review: { unused }, shown }: { review: CostReviewWithSummary; shown?: readonly string[] }) {
  return groupUnusedFindings(unused, shown).map(({ title, findings }) => (
    <Panel key={title} title={title}>
      <ul className="space-y-2">
        {findings.map(({ key, name, cost, words }) => (
          <li key={key}>
            <span className="font-medium">{name}</span>
            {cost && <span className="text-ink-2">, {cost}</span>}
            <span className="block text-xs text-ink-2">{words}</span>
          </li>
        ))}
      </ul>
    </Panel>
  ))
}

/** Lists the corrections of each week that have the same reason, so that many circuits fit on the printed side. */
function Corrections({ corrections }: { corrections: ReturnType<typeof listCorrections> }) {
  return (
    <ul className="space-y-1">
      {corrections.map(({ head, changes }) => (
        <li key={head}>
          <span className="text-ink-2">{head}</span> {changes.join('; ')}
        </li>
      ))}
    </ul>
  )
}
