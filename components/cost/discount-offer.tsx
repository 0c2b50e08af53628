import type { CostDiscount, CostOverride } from '#lib/cost/api/index.ts'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { PageLink } from '../links/page-link.tsx'
import { SaveErrorText } from '../schema-form/save-error-text.tsx'
import { Button } from '../ui/button.tsx'
import { formatDiscountPercent, formatMoney, formatPrice, formatQuantity } from './money-text.ts'
import { useAcceptDiscount } from './use-cost-commands.ts'

/**
 * Shows the discount that Azure's bills prove: a button to use the discount, or the discount that is already used. If
 * no discount is proven, shows the reason if `isReasonShown`, otherwise nothing.
 */
export function ProvenDiscountOffer({ isReasonShown = false }: { isReasonShown?: boolean }) {
  const discount = useEndpointQuery('cost/discount').data?.data
  if (!discount || (discount.state === 'none' && !isReasonShown)) return null
  return (
    <section aria-label="Discount by the bill" className="mb-3 space-y-1 print:hidden">
      <p className={discount.state === 'offered' ? 'font-medium' : 'text-ink-2'}>{formatDiscount(discount)}</p>
      {discount.evidence && discount.state === 'offered' && (
        <DiscountEvidenceList evidence={discount.evidence} currency={discount.evidence.list.currency} />
      )}
      {discount.state === 'offered' && (
        <DisableControlsWithoutRight right="decide_cost">
          <TakeDiscount discount={discount} />
        </DisableControlsWithoutRight>
      )}
      {discount.state === 'in_force' && !isReasonShown && (
        <PageLink href="/cost?tab=prices" className="link text-xs">
          Take it back under Price overrides
        </PageLink>
      )}
    </section>
  )
}

function formatDiscount({ state, share, words }: Pick<CostDiscount, 'state' | 'share' | 'words'>): string {
  const reason = `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
  if (state === 'offered' && share !== null)
    return `${reason} Projections, savings and total cost do not use this discount yet.`
  return state === 'none' ? `No discount is proven: ${words}.` : reason
}

function TakeDiscount({ discount: { share, version } }: { discount: CostDiscount }) {
  const take = useAcceptDiscount()
  if (share === null) return null
  return (
    <>
      <Button disabled={take.isPending} onClick={() => take.mutate({ share, version })}>
        Use {formatDiscountPercent(share)} off as this contract’s price list
      </Button>
      <SaveErrorText why={take.error} />
    </>
  )
}

type Evidence = NonNullable<Extract<CostOverride['override'], { kind: 'discount' }>['evidence']>

/** Collapsed list of the evidence for a discount: the bills, months and meters that prove it. */
export function DiscountEvidenceList({ evidence, currency }: { evidence: Evidence; currency: string }) {
  const { bills, months, meters, list, billed } = evidence
  const price = (amount: string) => formatPrice({ amount, currency })
  return (
    <details className="text-xs text-ink-2">
      <summary className="min-h-6 cursor-pointer">
        Proven by {formatCountWithPlural(meters.length, 'meter')} on the {bills.length === 1 ? 'bill' : 'bills'} of{' '}
        {months.join(' and ')}: {formatMoney(billed)} billed, {formatMoney(list)} at list price
      </summary>
      <ul className="mt-1 space-y-0.5 pl-4">
        {meters.map(({ meter, zone, resources, quantity, listPrice, billedPrice }) => (
          <li key={`${meter} ${zone}`} className="break-words">
            {meter}, {zone}: {price(billedPrice)} billed, {price(listPrice)} listed ({formatQuantity(quantity)} units,{' '}
            {formatCountWithPlural(resources, 'resource')})
          </li>
        ))}
        {bills.length > 0 && (
          <li className="break-all">
            {bills.length === 1 ? 'Subscription' : 'Subscriptions'}: {bills.join(', ')}
          </li>
        )}
      </ul>
    </details>
  )
}
