import type { CostPayback, CostReversal } from '../../api/index.ts'
import { type EpochMs, formatWithCurrency } from '#lib/contract/index.ts'
import { Decimal, formatNumberForSentence, formatMoneyAmount, ZERO_AMOUNT } from '../money.ts'
import type { DeclaredCharge, ChargeKind } from '../prices/overrides.ts'
import { type CircuitOffer, formatOffer, type PricedOffer } from '../prices/quote-offer.ts'
import { doesChangeNeedNewCircuit, formatProvider } from './plan-change.ts'

/**
 * Time in months during which the old and the new circuit exist in parallel while a circuit is replaced. The cost of
 * this time is included in the one-time cost.
 */
const OVERLAP_MONTHS = 0.5
export const CIRCUIT_CHANGE_OVERLAP_DAYS = 15
export const MAX_PAYBACK_MONTHS = 12
const MONTH_MS = (365.25 / 12) * 86_400_000

/**
 * Kinds of charges that an operator must declare so that the cost of a new circuit can be computed. If a charge does
 * not exist, the operator declares 0.
 */
const PROVIDERS: readonly { kind: ChargeKind; words: string }[] = [
  { kind: 'provider_l2', words: "the provider's port" },
  { kind: 'cross_connect', words: 'the cross-connect' },
]

/** Facts from which the cost of changing a circuit is computed, in addition to its price. */
export interface CircuitChangeCosts {
  charges: readonly DeclaredCharge[]
  provider: string | null
  now: EpochMs
}

/**
 * Returns the one-time cost of a new circuit. It contains Azure's price of the port and the provider's charges while
 * both circuits exist, the set-up fee, and the remaining payments of the old contract. The cost is null if a charge or
 * the end of the contract is not declared, or if a charge is in another currency. `missing` then contains the reasons.
 */
function costOfNew(to: PricedOffer, { charges, now }: CircuitChangeCosts): { cost: Decimal | null; missing: string[] } {
  const own = charges.filter(({ charge }) => PROVIDERS.some(({ kind }) => kind === charge))
  const missing = PROVIDERS.flatMap(({ kind, words }) =>
    own.some(({ charge }) => charge === kind) ? [] : [`${words} is not declared`],
  )
  const foreign = own.find(({ currency }) => currency !== to.currency)
  if (foreign) missing.push(`${foreign.name} is declared in ${foreign.currency}`)
  if (own.some(({ charge, contractEnds }) => charge === 'provider_l2' && (contractEnds ?? null) === null))
    missing.push('the end of its contract is not declared')
  if (missing.length > 0) return { cost: null, missing }
  const ofProvider = own.map(({ monthly, once, contractEnds = null }) => {
    const left = contractEnds === null ? 0 : Math.max(0, (contractEnds - now) / MONTH_MS)
    return new Decimal(once ?? 0).plus(new Decimal(monthly ?? 0).times(Math.max(left, OVERLAP_MONTHS)))
  })
  return { cost: Decimal.sum(to.port.times(OVERLAP_MONTHS), ...ofProvider), missing: [] }
}

/**
 * Returns the number of months after which the savings of a change have paid its one-time cost. A change in place with
 * the same bandwidth has no one-time cost. For a change of the bandwidth in place, the cost and the number of months
 * are null, because the provider's charges are declared only for the current bandwidth.
 * @param saving low estimate (p10) of the monthly saving
 */
export function computePayback(
  from: PricedOffer,
  to: PricedOffer,
  saving: Decimal,
  costs: CircuitChangeCosts,
): CostPayback {
  if (!doesChangeNeedNewCircuit(from, to)) {
    const ask = `the charge of ${formatProvider(costs.provider)} for ${to.bandwidthMbps} Mb/s is not known`
    return to.bandwidthMbps === from.bandwidthMbps
      ? {
          months: 0,
          cost: formatMoneyAmount(ZERO_AMOUNT, to.currency),
          missing: [],
          words: 'There is no one-time cost.',
        }
      : { ...notKnown([ask]), words: `Payback not known: ${ask}. Declared charges apply to the current bandwidth.` }
  }
  const { cost, missing } = costOfNew(to, costs)
  if (cost === null) return notKnown(missing)
  const months = saving.greaterThan(0) ? cost.dividedBy(saving).toNumber() : null
  const amount = formatWithCurrency(formatNumberForSentence(cost), to.currency)
  const within = months === null ? 'never paid back' : `paid back within ${withinMonths(months)}`
  return {
    months,
    cost: formatMoneyAmount(cost, to.currency),
    missing: [],
    words: `Once ${amount}: ${CIRCUIT_CHANGE_OVERLAP_DAYS} days of both circuits, the provider's part and the rest of its contract; ${within}.`,
  }
}

const notKnown = (missing: string[]): CostPayback => ({
  months: null,
  cost: null,
  missing,
  words: `Payback not known: the provider's part is not declared (${missing.join('; ')}).`,
})

function withinMonths(months: number): string {
  const whole = Math.max(1, Math.ceil(months))
  return whole === 1 ? 'a month' : `${whole} months`
}

/** Returns how a change can be undone: in place, or by another new circuit, which has the one-time cost again. */
export function describeReversalOfChange(from: PricedOffer, to: PricedOffer, costs: CircuitChangeCosts): CostReversal {
  const name = formatOffer(from)
  if (!doesChangeNeedNewCircuit(to, from)) {
    const room = from.bandwidthMbps > to.bandwidthMbps ? ", while the provider's port has room" : ''
    return {
      change: 'in_place',
      cost: formatMoneyAmount(ZERO_AMOUNT, from.currency),
      days: 0,
      words: `Back to ${name} in place, without downtime and without an extra charge${room}.`,
    }
  }
  const { cost, missing } = costOfNew(from, costs)
  const overlap = formatWithCurrency(formatNumberForSentence(from.port.times(OVERLAP_MONTHS)), from.currency)
  const amount =
    cost === null
      ? `${overlap} of Azure's, and the provider's part (${missing.join('; ')})`
      : formatWithCurrency(formatNumberForSentence(cost), from.currency)
  return {
    change: 'new_circuit',
    cost: cost && formatMoneyAmount(cost, from.currency),
    days: CIRCUIT_CHANGE_OVERLAP_DAYS,
    words: `Back to ${name} only as a new circuit: ${amount}, and ${CIRCUIT_CHANGE_OVERLAP_DAYS} days of both after ${formatProvider(costs.provider)} delivered it.`,
  }
}

/** Returns a text that identifies an offer, for example `metered Standard 1000`. */
export const formatOfferKey = ({ plan, tier, bandwidthMbps }: CircuitOffer): string =>
  `${plan} ${tier} ${bandwidthMbps}`
