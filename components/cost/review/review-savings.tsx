import { formatAsSentence } from '#components/format/quantity.ts'
import type { ReactNode } from 'react'
import type { CostReviewWithSummary, MoneyPercentiles } from '#lib/cost/api/index.ts'
import type { MoneyAmount } from '#lib/contract/index.ts'
import { useEndpointQuery } from '../../data/index.ts'
import { formatCountWithPlural } from '../../format/quantity.ts'
import { PageLink } from '../../links/page-link.tsx'
import { useIsSnapshotPage } from '../../links/page-selection-provider.tsx'
import { MomentText } from '../../ui/times/time.tsx'
import { formatReviewPublication } from './review-rows.ts'
import { formatCostPercentiles, formatDiscountPercent, formatMoney, formatPriceBasis } from '../money-text.ts'

type Band = Pick<MoneyPercentiles, 'p10' | 'p50' | 'p90'>
const bands = (some: readonly Band[]) => some.map(formatCostPercentiles).join(' and ')
const amounts = (some: readonly MoneyAmount[]) => some.map(formatMoney).join(' and ')

/**
 * Shows the summary at the top of the cost page: the total saving of all recommended changes, the part of the saving
 * that does not need a new circuit, and the month's totals.
 */
export function CostReviewSavings({ review }: { review: CostReviewWithSummary }) {
  const { closedAt, projections, summary, week, closing } = review
  const { totals, month, unpriced } = projections
  const { saving, savingInPlace: inPlace, savingByNewCircuit: newCircuit, asked, toDate } = summary
  const parts = [
    inPlace.length > 0 &&
      (newCircuit.length === 0 ? 'without a new circuit' : `${bands(inPlace)} of it without a new circuit`),
    newCircuit.length > 0 && inPlace.length === 0 && 'each by a new circuit',
    asked.length > 0 && `up to ${amounts(asked)} more is worth asking for`,
  ].filter(Boolean)
  return (
    <section aria-label="Savings" className="mb-4">
      <p className="text-2xl font-semibold tracking-tight max-sm:text-xl">
        {saving.length > 0 ? (
          <>
            {bands(saving)} <span className="font-normal">a month can be saved</span>
          </>
        ) : (
          'No change saves money for certain'
        )}
      </p>
      {parts.length > 0 && <p className="mt-0.5 text-base text-ink-2">{formatAsSentence(parts.join('; '))}</p>}
      <dl className="mt-3 flex flex-wrap gap-x-8 gap-y-2">
        <MonthFigure month={month} totals={totals} />
        <Figure name="Estimated so far">{amounts(toDate) || '–'}</Figure>
        {unpriced > 0 && <Figure name="Without a price">{formatCountWithPlural(unpriced, 'circuit')}</Figure>}
        <Figure name="Review">
          {closedAt ? (
            <>
              published <MomentText at={closedAt} />
            </>
          ) : (
            formatReviewPublication(week, closing)
          )}
        </Figure>
        <PricesFigure />
      </dl>
    </section>
  )
}

const Figure = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt className="text-xs text-ink-3">{name}</dt>
    <dd className="font-medium tabular-nums">{children}</dd>
  </div>
)

/** Shows the total of the month with the prices that it is computed with, and how the bills differ from them. */
function MonthFigure({ month, totals }: { month: string; totals: readonly Band[] }) {
  const { data, isError } = useEndpointQuery('cost/discount')
  const isFrozen = useIsSnapshotPage()
  const { prices, bills } = formatPriceBasis(data?.data, isError)
  return (
    <Figure name={`${month}, all circuits${prices}`}>
      {bands(totals) || 'no price'}
      <span className="block text-xs font-normal text-ink-2 empty:hidden">
        {/* a snapshot does not contain the comparison */}
        {bills &&
          !isFrozen &&
          (data ? (
            <PageLink href="/cost?tab=invoice" className="link">
              {bills}
            </PageLink>
          ) : (
            bills
          ))}
      </span>
    </Figure>
  )
}

/**
 * Shows the price list that is used: its source, age and discount, and the reason if the last update was not applied.
 */
function PricesFigure() {
  const prices = useEndpointQuery('cost/prices').data?.data
  const discount = useEndpointQuery('cost/discount').data?.data
  if (!prices) return <Figure name="Prices">–</Figure>
  const { sheet, lastCheck } = prices
  const from = sheet.source === 'snapshot' ? 'shipped list' : 'Azure’s Retail Prices API'
  const age = sheet.ageDays === 0 ? 'read today' : `${sheet.ageDays} days old`
  const failed = lastCheck && (lastCheck.outcome === 'refused' || lastCheck.outcome === 'unreachable')
  const [fault] = lastCheck?.faults ?? []
  return (
    <Figure name="Prices">
      {from}, {age}
      {discount?.state === 'in_force' && discount.share !== null && `, ${formatDiscountPercent(discount.share)} off`}
      {failed &&
        `. The last update was ${lastCheck.outcome === 'refused' ? 'rejected' : 'unreachable'}: ${fault?.detail ?? 'no reason given'}`}
      {lastCheck &&
        !failed &&
        fault &&
        `. ${formatCountWithPlural(lastCheck.oddRows ?? lastCheck.faults.length, 'row')} could not be used: ${lastCheck.faults
          .slice(0, 3)
          .map(({ detail }) => detail)
          .join('; ')}`}
      {lastCheck?.unused &&
        lastCheck.unused.rows > 0 &&
        `. ${formatCountWithPlural(lastCheck.unused.rows, 'row')} belong to no figure, for example ${lastCheck.unused.examples.join('; ')}`}
    </Figure>
  )
}
