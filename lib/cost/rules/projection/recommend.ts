import type { CostConfidence, CostOpenQuestion, CostRecommendation } from '../../api/index.ts'
import { formatWithCurrency, isPlanChangeDocumented } from '#lib/contract/index.ts'
import {
  type ForecastPercentiles,
  Decimal,
  formatNumberForSentence,
  toMoneyPercentiles,
  ZERO_AMOUNT,
} from '../money.ts'
import { formatOffer } from '../prices/quote-offer.ts'
import { computeSavingConfidence } from './confidence.ts'
import { computeSavingPercentiles } from './cost-at.ts'
import type { CheaperOffer, OfferDecisionInput } from './decision-facts.ts'
import { isSameOffer } from './offers.ts'
import { MAX_PAYBACK_MONTHS, computePayback, describeReversalOfChange } from './payback.ts'
import { type RecommendationVerdict, judgeOffer } from './judge-offer.ts'

/**
 * Maximum number of offers with open questions that a recommendation lists, largest saving first. The best offer that
 * can be undone in place may be listed in addition to these.
 */
const MAX_ASKS = 3

/**
 * Returns the recommendation for a circuit, with its reason. A change that cannot be undone in place is recommended
 * only if its saving is proven; a likely saving is not sufficient. An offer with an obstacle of the kind `refusal` is
 * never recommended. An offer with open questions is listed, but its saving is not included in totals.
 */
export function recommendOffer(facts: OfferDecisionInput): CostRecommendation {
  const { basis } = facts
  const isTooEarly = basis === 'too_early' || basis === 'run_rate'
  if (isTooEarly)
    return plainly('too_early', 'Less than a week of traffic is known, so a weekend alone could change the answer.')
  const candidates = facts.alternatives
    .map((one): Candidate => {
      const saving = computeSavingPercentiles(facts.current, one.quote, facts.bytes, facts.gb, facts.share)
      const payback = computePayback(facts.current, one.quote, saving.p10, facts)
      return { ...one, saving, payback, verdict: judgeOffer(facts, { ...one, saving, payback }) }
    })
    .toSorted((a, b) => b.saving.p50.comparedTo(a.saving.p50))
  const recommendation = recommendFrom(
    facts,
    candidates.filter(({ change }) => change.change !== 'impossible'),
  )
  const declined = listDeclinedPlans(facts, candidates, recommendation)
  return { ...recommendation, ...(declined.length > 0 && { declined }) }
}

/** @param verdicts the offers to which a change is possible, largest saving first */
function recommendFrom(facts: OfferDecisionInput, verdicts: readonly Candidate[]): CostRecommendation {
  const chosen = verdicts.find(({ verdict }) => verdict.action === 'switch')
  if (!chosen) return withoutSwitch(facts, verdicts)
  const named = asksOf(facts, verdicts, chosen)
  const [first] = named
  if (first && (chosen.change.oneWay || chosen.change.change === 'new_circuit')) {
    const reason = `${first.words} Until that is known, ${formatOffer(chosen.quote)} is too close to call, because it cannot be undone in place.`
    return { ...outcomeOf(facts, chosen, 'too_close', reason), asks: named }
  }
  const reason = chosen.verdict.reason + formatInPlace(chosen, verdicts, facts) + formatSwitchToLocal(chosen, facts)
  return { ...outcomeOf(facts, chosen, 'switch', reason), asks: named }
}

type Candidate = CheaperOffer & {
  saving: ForecastPercentiles<Decimal>
  payback: ReturnType<typeof computePayback>
  verdict: RecommendationVerdict
}

/**
 * Returns the other plans of the same tier and bandwidth that save more than the recommended change, or that save
 * anything if no change is recommended. Each has the reason of {@link judgeOffer}. The chart of plan costs compares the
 * same plans, so that a cheaper plan there always has its reason. Like the chart, the result leaves out Local if a
 * change to it is impossible.
 * @param candidates all offers, also those to which a change is impossible, largest saving first
 */
function listDeclinedPlans(
  facts: OfferDecisionInput,
  candidates: readonly Candidate[],
  { action, to, saving }: CostRecommendation,
): NonNullable<CostRecommendation['declined']> {
  const { current } = facts
  const tier = current.tier === 'Local' ? 'Standard' : current.tier
  const least = action === 'switch' && saving ? new Decimal(saving.p50.amount) : ZERO_AMOUNT
  return candidates
    .filter(
      ({ quote, change }) =>
        quote.plan !== current.plan &&
        (to === null || !isSameOffer(quote, to)) &&
        quote.bandwidthMbps === current.bandwidthMbps &&
        (quote.plan === 'local' ? change.change !== 'impossible' : quote.tier === tier),
    )
    .filter((one) => one.saving.p50.greaterThan(least) && one.verdict.action !== 'switch')
    .map((one) => ({
      ...targetOf(facts, one),
      reason: one.verdict.action === 'ask' ? costAskOf(facts, one).words : one.verdict.reason,
    }))
}

/**
 * Returns the offers that save more than the recommended offer but cannot be recommended yet, because a person must
 * answer a question or because more data is needed.
 */
function asksOf(facts: OfferDecisionInput, verdicts: readonly Candidate[], chosen?: Candidate): CostOpenQuestion[] {
  const better = verdicts
    .filter(({ verdict }) => verdict.action === 'ask' || verdict.isUnknown)
    .filter(({ saving }) => !chosen || saving.p50.greaterThan(chosen.saving.p50))
    .filter((one, _, all) => !all.some((other) => isNeedlessPremium(facts, one, other)))
  const first = better.slice(0, MAX_ASKS)
  // The best offer that can be undone without a new circuit is always listed, even if several other offers save
  // slightly more.
  const back = better.find(({ change }) => !change.oneWay)
  return (back && !first.includes(back) ? [...first, back] : first).map((one) => costAskOf(facts, one))
}

/**
 * Reports whether an offer needs the tier Premium without an advantage. This is so if the circuit does not have
 * Premium, the other offer is the same without Premium, and the other offer saves at least as much.
 */
const isNeedlessPremium = ({ current }: OfferDecisionInput, one: Candidate, other: Candidate): boolean =>
  current.tier !== 'Premium' &&
  one.quote.tier === 'Premium' &&
  other.quote.tier === current.tier &&
  other.quote.plan === one.quote.plan &&
  other.quote.bandwidthMbps === one.quote.bandwidthMbps &&
  other.saving.p50.greaterThanOrEqualTo(one.saving.p50)

/**
 * Returns the recommendation if no change is recommended. If there is an offer whose saving is too uncertain, the
 * recommendation names it. Otherwise it names an offer with open questions. If there is no such offer either, the
 * recommendation is to stay, and its reason compares the next best offer.
 */
function withoutSwitch(facts: OfferDecisionInput, verdicts: readonly Candidate[]): CostRecommendation {
  const { current } = facts
  const close = verdicts.find(({ verdict }) => verdict.action === 'too_close')
  const asks = asksOf(
    facts,
    verdicts.filter((one) => one !== close),
  )
  if (close) return { ...outcomeOf(facts, close, 'too_close', close.verdict.reason), asks }
  const [ask] = asks
  if (ask) {
    const reason = `Do not change the circuit before this is answered. ${ask.words}`
    return { ...plainly('stay', reason), asks, confidence: ask.confidence }
  }
  const others = verdicts.filter(({ verdict }) => verdict.action !== 'ask')
  const named =
    others.find(({ saving }) => saving.p50.greaterThan(0)) ??
    // The reason to stay preferably names the offer with the other plan and the same tier and bandwidth. Offers with
    // another tier may be only slightly less expensive than this offer.
    others.find(
      ({ quote }) =>
        quote.tier === current.tier && quote.plan !== current.plan && quote.bandwidthMbps === current.bandwidthMbps,
    ) ??
    others[0]
  if (!named) return plainly('stay', 'There is no other offer that it could change to.')
  return {
    ...plainly('stay', named.verdict.reason),
    saving: toMoneyPercentiles(named.saving, current.currency),
    confidence: confidenceOf(facts, named, 'stay'),
  }
}

function outcomeOf(
  facts: OfferDecisionInput,
  one: Candidate,
  action: 'switch' | 'too_close',
  reason: string,
): CostRecommendation {
  const terms = termsOf(facts, one)
  // for `too_close`, the confidence in the saving does not apply and is left out
  return { action, ...terms, ...(action === 'too_close' && { confidence: null }), reason, asks: [] }
}

function targetOf({ current }: OfferDecisionInput, { quote, saving }: Candidate) {
  const { plan, tier, bandwidthMbps } = quote
  return { to: { plan, tier, bandwidthMbps }, saving: toMoneyPercentiles(saving, current.currency) }
}

function termsOf(facts: OfferDecisionInput, one: Candidate) {
  return {
    ...targetOf(facts, one),
    payback: one.payback,
    reversal: describeReversalOfChange(facts.current, one.quote, facts),
    plan: facts.planOf(one),
    confidence: confidenceOf(facts, one, 'save'),
  }
}

/**
 * Returns the confidence in a claim about the saving of an offer. Whether Azure documents the change is a separate
 * fact, which the reason of the recommendation and the effort of the change contain.
 * @param claim `save` = the offer saves money; `stay` = the saving of the offer is below the minimum, or does not pay
 *   the cost of the change within 12 months
 */
function confidenceOf(facts: OfferDecisionInput, one: Candidate, claim: 'save' | 'stay'): CostConfidence {
  const { quote: to, saving, payback } = one
  const { current: from, bytes, gb, share, bandHeld, leastSaving } = facts
  const worth = Decimal.max(leastSaving, 0)
  // If the saving is larger than the minimum and the offer is still not recommended, the offer takes too long to pay
  // its one-time cost.
  const isSlow = saving.p50.greaterThan(worth) && payback.cost !== null
  const paid = isSlow ? new Decimal(payback.cost?.amount ?? 0).dividedBy(MAX_PAYBACK_MONTHS) : worth
  const least = claim === 'save' ? ZERO_AMOUNT : Decimal.max(worth, paid)
  return computeSavingConfidence({ from, to, bytes, gb, share, bandHeld, least, isMore: claim === 'save' })
}

/**
 * Describes an offer and the questions that must be answered first, for example "Ask Liquid Telecom for room on the
 * port: Local 1 Gb/s, in place, saves $3,538 a month."
 */
function costAskOf(facts: OfferDecisionInput, one: Candidate): CostOpenQuestion {
  const { quote, change, saving, payback } = one
  const questions = [
    ...change.hindrances.map(({ ask, words }) => ask ?? `Wait until it is known: ${words}`),
    ...(payback.missing.length > 0 && change.change === 'new_circuit'
      ? ['Declare what the provider charges, and until when its contract runs']
      : []),
  ]
  const how = change.change === 'in_place' ? 'in place' : 'as a new circuit'
  const amount = formatWithCurrency(formatNumberForSentence(saving.p50), quote.currency)
  const [first = 'Ask first', ...more] = questions
  const rest = more.map((words) => `${words.charAt(0).toLowerCase()}${words.slice(1)}`)
  const condition =
    payback.missing.length > 0 ? `; ${payback.words.charAt(0).toLowerCase()}${payback.words.slice(1)}` : '.'
  return {
    ...termsOf(facts, one),
    change: change.change,
    oneWay: change.oneWay,
    questions,
    words: `${[first, ...rest].join('; ')}: ${formatOffer(quote)}, ${how}, saves ${amount} a month${condition}`,
  }
}

/**
 * If the recommended change needs a new circuit, returns a text about the best change in place that could also be
 * recommended. Otherwise returns an empty text.
 */
function formatInPlace(chosen: Candidate, verdicts: readonly Candidate[], { current }: OfferDecisionInput): string {
  if (chosen.change.change !== 'new_circuit') return ''
  const other = verdicts.find(({ change, verdict }) => change.change === 'in_place' && verdict.action === 'switch')
  if (!other) return ''
  return ` In place, ${formatOffer(other.quote)} would save ${formatWithCurrency(formatNumberForSentence(other.saving.p50), current.currency)}.`
}

/**
 * Returns a text with the source for a change to Local in place, because Microsoft's documentation mentions only
 * changes away from Local. Returns an empty text for other changes.
 */
function formatSwitchToLocal({ quote, change }: Candidate, { current }: OfferDecisionInput): string {
  return change.change === 'in_place' && !isPlanChangeDocumented(current.plan, quote.plan)
    ? ' A Microsoft engineer published the in-place change to Local (PowerShell or CLI); the documentation does not list it.'
    : ''
}

export const createUnpricedRecommendation = (why: string): CostRecommendation =>
  plainly('unpriced', `It has no price: ${why}.`)

function plainly(action: CostRecommendation['action'], reason: string): CostRecommendation {
  return { action, to: null, saving: null, reason, payback: null, reversal: null, plan: [], asks: [], confidence: null }
}
