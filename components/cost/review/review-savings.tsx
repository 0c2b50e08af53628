import { formatAsSentence } from '#components/format/quantity.ts'
import type { ReactNode } from 'react'
import type { CostReviewWithSummary } from '#lib/cost/api/index.ts'
import { useEndpointQuery } from '../../data/index.ts'
import { formatCountWithPlural } from '../../format/quantity.ts'
import { PageLink } from '../../links/page-link.tsx'
import { useIsSnapshotPage } from '../../links/page-selection-provider.tsx'
import type { ResponseAge } from '../../ui/times/age-text.ts'
import { MomentText } from '../../ui/times/time.tsx'
import { formatReviewPublication } from './review-rows.ts'
import { formatDiscountPercent, formatPriceBasis } from '../money-text.ts'
import { amounts, bands, formatSavingParts, isMonthOpen } from './saving-text.ts'

/**
 * Shows the summary at the top of the cost page: the total saving of all recommended changes, the part of the saving
 * that does not need a new circuit, and the month's totals. If bills prove other prices than the list, the saving at
 * these prices is first, because it is the amount that a change really saves.
 */
export function CostReviewSavings({ review, answer }: { review: CostReviewWithSummary; answer: ResponseAge }) {
  const { closedAt, projections, summary, week, closing } = review
  const { data: discount, isError } = useEndpointQuery('cost/discount')
  const isFrozen = useIsSnapshotPage()
  // Published reviews keep the prices of their week, and a snapshot does not contain the comparison with the bills.
  const isCompared = closedAt === null && !isFrozen
  const { prices, bills } = isCompared ? formatPriceBasis(discount?.data, isError) : NOT_COMPARED
  const { totals, month, unpriced } = projections
  const { saving, toDate } = summary
  const atBills = isCompared ? discount?.data.billedSaving : null
  const lead = atBills ?? saving
  const basis = atBills ? ` at the prices of the bills, ${bands(saving) || 'nothing'}${prices.slice(1)}` : prices
  const parts = formatSavingParts(summary, atBills ? prices.slice(1) : null)
  const isForecast = isMonthOpen(review, answer.asOf)
  return (
    <section aria-label="Savings" className="mb-4">
      <p className="text-2xl font-semibold tracking-tight max-sm:text-xl">
        {lead.length > 0 ? (
          <>
            {bands(lead)} <span className="font-normal">a month can be saved{basis}</span>
          </>
        ) : (
          `No change saves money for certain${basis}`
        )}
      </p>
      {closedAt === null && <UsageTime freshness={answer.freshness} />}
      {parts && <p className="mt-0.5 text-base text-ink-2">{formatAsSentence(parts)}</p>}
      <dl className="mt-3 flex flex-wrap gap-x-8 gap-y-2">
        <Figure name={`${isForecast ? 'Forecast of ' : ''}${month}, all circuits${prices}`}>
          {bands(totals) || 'no price'}
        </Figure>
        <Figure name={`Estimated so far${prices}`}>{amounts(toDate) || '–'}</Figure>
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
      {bills !== null && (
        // The height fits a comparison that names 3 circuits, so that the table does not move when the text is loaded.
        <p className="mt-2 min-h-14 max-w-[100ch] text-xs text-ink-2 max-lg:min-h-19 max-sm:min-h-37 print:min-h-0">
          {bills}{' '}
          {discount?.data.comparison && (
            <PageLink href="/cost?tab=invoice" className="link print:hidden">
              Compare with the invoice
            </PageLink>
          )}
        </p>
      )}
    </section>
  )
}

const Figure = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt className="text-xs text-ink-3">{name}</dt>
    <dd className="font-medium tabular-nums">{children}</dd>
  </div>
)

const NOT_COMPARED = { prices: '', bills: null }

/**
 * Names the time of the figures of an open review if polls of the byte counters are stale. A published review has the
 * time of its publication.
 */
const UsageTime = ({ freshness: { state, latePollAt } }: Pick<ResponseAge, 'freshness'>) =>
  state === 'stale' &&
  latePollAt !== null && (
    <p className="mt-0.5 text-sm text-ink-2">
      Usage last known at <MomentText at={latePollAt} />
    </p>
  )

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
