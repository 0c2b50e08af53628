import type { CostPayback } from '../../api/index.ts'
import { formatWithCurrency } from '#lib/contract/index.ts'
import { type ForecastPercentiles, type Decimal, formatNumberForSentence } from '../money.ts'
import { formatOffer } from '../prices/quote-offer.ts'
import { computeBreakEvenBytes, computeChanceOfBytesAbove, computeSavingPercentiles } from './cost-at.ts'
import type { CheaperOffer, OfferDecisionInput } from './decision-facts.ts'
import { MAX_PAYBACK_MONTHS } from './payback.ts'

/**
 * Conditions for recommending a change that cannot be undone in place. Both must be fulfilled:
 * - The past traffic is above the break-even: each of the last IRREVERSIBLE_MONTHS months, or the last month and, with
 * a chance of at least IRREVERSIBLE_CHANCE, the current month.
 * - The expected mean of the next IRREVERSIBLE_MONTHS months is above the break-even.
 */
const IRREVERSIBLE_CHANCE = 0.9
const IRREVERSIBLE_MONTHS = 3

export interface RecommendationVerdict {
  /** `ask` = the change would be recommended if its open questions had a favorable answer */
  action: 'stay' | 'switch' | 'too_close' | 'ask'
  reason: string
  /**
   * true if `action` is `too_close` because more data is needed to know whether the change is possible, although its
   * saving is large enough
   */
  isUnknown?: true
}

type Weighed = CheaperOffer & { saving: ForecastPercentiles<Decimal>; payback: CostPayback }

/**
 * Decides whether an offer is recommended, and returns the decision with its reason. An offer that is excluded by a
 * `refusal` is never recommended, whatever it saves.
 */
export function judgeOffer(facts: OfferDecisionInput, one: Weighed): RecommendationVerdict {
  const { saving, quote, change, payback } = one
  const { otherGb, leastSaving } = facts
  const money = (amount: Decimal) => formatWithCurrency(formatNumberForSentence(amount.abs()), quote.currency)
  const name = formatOffer(quote)
  const would = `${name} would save ${money(saving.p50)} a month`
  if (change.change === 'impossible')
    return { action: 'stay', reason: `${would}, but is not possible: ${change.blockedBy.join('; ')}.` }
  if (saving.p90.lessThanOrEqualTo(0))
    return { action: 'stay', reason: `Nothing is cheaper: ${name} would cost ${money(saving.p50)} a month more.` }
  const least = formatWithCurrency(formatNumberForSentence(BigInt(Math.round(leastSaving))), quote.currency)
  const tooLittle: RecommendationVerdict = {
    action: 'stay',
    reason: `${would}, too little to be worth a change: less than ${least}.`,
  }
  if (saving.p90.lessThan(leastSaving) && saving.p50.greaterThan(0)) return tooLittle
  if (saving.p10.lessThanOrEqualTo(0)) return tooClose(facts, one, money)
  if (saving.p50.lessThan(leastSaving)) return tooLittle
  if (
    otherGb !== null &&
    computeSavingPercentiles(facts.current, quote, facts.bytes, otherGb, facts.share).p50.lessThanOrEqualTo(0)
  ) {
    const reason = `${would}, but not with the other size of a billed GB, which alone changes the answer. Match the size to a bill first.`
    return { action: 'too_close', reason }
  }
  const unknown = change.hindrances.find(({ kind, ask }) => kind === 'question' && ask === null)
  const door = change.oneWay ? judgeIrreversibleChange(facts, one) : null
  if (unknown && door?.isProven !== false)
    return { action: 'too_close', reason: `${would}, but too close to call: ${unknown.words}.`, isUnknown: true }
  if (door && !door.isProven) return { action: 'too_close', reason: `${would} this month, but ${door.words}.` }
  const { months } = payback
  if (months !== null && months > MAX_PAYBACK_MONTHS)
    return { action: 'stay', reason: `${would}, but that takes over ${MAX_PAYBACK_MONTHS} months to pay back.` }
  const isAsked = change.hindrances.length > 0 || payback.missing.length > 0
  return {
    action: isAsked ? 'ask' : 'switch',
    reason: reasonOf(one, `${name} saves ${money(saving.p50)} a month`, door),
  }
}

interface Door {
  isProven: boolean
  words: string
}

function reasonOf({ change, payback }: Weighed, saves: string, door: Door | null): string {
  const isInPlace = change.change === 'in_place'
  const how = isInPlace ? 'It is changed in place' : `As a new circuit. ${payback.words}`
  if (door)
    return `${saves}: ${door.words}. ${how}${isInPlace ? '; only a new circuit takes it back.' : ' Only another new circuit takes it back.'}`
  return isInPlace
    ? `${saves} over the whole band, is changed in place, and can be taken back.`
    : `${saves} over the whole band. ${how}`
}

function tooClose(
  { current, bytes, breakEven: even }: OfferDecisionInput,
  { saving, quote }: Weighed,
  money: (amount: Decimal) => string,
): RecommendationVerdict {
  const isOtherPlan =
    quote.plan !== current.plan && quote.bandwidthMbps === current.bandwidthMbps && quote.plan !== 'local'
  const chance = even === null || !isOtherPlan ? null : computeChanceOfBytesAbove(bytes, even)
  const of =
    chance === null ? '' : ` The chance that the month ends above the break-even is ${Math.round(chance * 100)} %.`
  if (saving.p50.lessThanOrEqualTo(0) && chance !== null && Math.min(chance, 1 - chance) < 1 - IRREVERSIBLE_CHANCE) {
    return { action: 'stay', reason: `${formatOffer(quote)} is likely to cost ${money(saving.p50)} more.${of}` }
  }
  return {
    action: 'too_close',
    reason: `Too close to call against ${formatOffer(quote)}: between ${money(saving.p10)} lost and ${money(saving.p90)} saved.${of}`,
  }
}

/**
 * Reports whether a change that cannot be undone in place will certainly save money permanently.
 * {@link IRREVERSIBLE_CHANCE} describes the conditions.
 */
function judgeIrreversibleChange(facts: OfferDecisionInput, { quote }: Weighed): Door {
  const { bytes, pastMonths, nextMonths } = facts
  // break-even between the current Metered offer and a new offer without data charges
  const line =
    facts.current.plan === 'metered' ? computeBreakEvenBytes(facts.current, quote, facts.gb, facts.share) : null
  if (line === null) return { isProven: true, words: 'the amount of traffic does not change that' }
  const chance = computeChanceOfBytesAbove(bytes, line)
  const above = (months: readonly bigint[]) => months.length > 0 && months.every((one) => one >= line)
  const past = pastMonths.slice(0, IRREVERSIBLE_MONTHS)
  // The mean of the next months is compared with the break-even, because a single short month such as February may be
  // below it.
  const next = nextMonths.slice(0, IRREVERSIBLE_MONTHS)
  const stays = next.length > 0 && above([next.reduce((sum, one) => sum + one, 0n) / BigInt(next.length)])
  const isProven = past.length === IRREVERSIBLE_MONTHS && above(past)
  if (stays && (isProven || (above(past.slice(0, 1)) && chance >= IRREVERSIBLE_CHANCE))) {
    const because = isProven
      ? `the last ${IRREVERSIBLE_MONTHS} months were above the break-even`
      : `the last 30 days were above the break-even, this month will be with a chance of ${Math.round(chance * 100)} %`
    return { isProven: true, words: `${because}, and so are the months ahead` }
  }
  const why = stays
    ? 'the forecast is not certain enough yet'
    : 'the months ahead are not likely to stay above the break-even'
  return { isProven: false, words: `only a new circuit takes it back, and ${why}` }
}
