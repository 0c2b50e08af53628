import type { CostDecision, CostProjection, CostRecommendation, CostReviewCircuit } from '#lib/cost/api/index.ts'
import { isPlanChangeDocumented } from '#lib/contract/facts/documented-change.ts'
import { computeAskedBeyond, getMoneySign } from '#lib/cost/api/money-sums.ts'
import { formatBandwidth } from '../../format/quantity.ts'
import {
  recommendedActionLabels,
  formatCostPercentiles,
  formatMoney,
  formatForecastHitRate,
  formatPlan,
} from '../money-text.ts'

/** Formats an offer (a plan with its tier and bandwidth): `Standard metered, 200 Mb/s`. */
export const formatCostOffer = (option: NonNullable<CostRecommendation['to']>): string =>
  [formatPlan(option), option.bandwidthMbps === null ? null : formatBandwidth(option.bandwidthMbps)]
    .filter(Boolean)
    .join(', ')

export const isSamePlanOffer = (a: Offer, b: Offer): boolean =>
  a.plan === b.plan && a.tier === b.tier && a.bandwidthMbps === b.bandwidthMbps

type Offer = NonNullable<CostRecommendation['to']>

/**
 * Describes the steps that the recommended change needs, whether the change can be reversed, and whether Azure's
 * documentation lists it; null if no change is recommended.
 */
export function formatChangeEffort(
  { recommendation, oneWay, plan: current }: CostProjection,
  change: CostReviewCircuit['change'],
): { word: string; detail: string } | null {
  const { action, to, payback, plan, reversal } = recommendation
  if (action !== 'switch') return null
  const isNew = change === 'new_circuit'
  const count = recommendation.steps ?? plan.length
  const steps = count > 0 && `${count} steps`
  const once = payback?.cost && getMoneySign(payback.cost) > 0 && `${formatMoney(payback.cost)} once`
  const days = isNew && reversal && reversal.days > 0 && `${reversal.days} days of both`
  const isDocumented = isNew || to === null || isPlanChangeDocumented(current, to.plan)
  return {
    word: isNew ? 'New circuit' : 'In place',
    detail: [
      steps,
      once,
      days,
      oneWay ? 'no return in place' : 'reversible',
      !isDocumented && 'not documented by Azure',
    ]
      .filter(Boolean)
      .join(', '),
  }
}

/**
 * Describes the traffic that moves to a circuit if another resource fails:
 * `If erc-london fails: up to 701 Mb/s on one path, 70 %.`
 */
export function formatDecisionTaken({ name, atMostBitsPerSecond: bits }: Taken, bandwidthMbps: number | null): string {
  const what = `If ${name ?? 'something that you do not see'} fails`
  if (bits === null) return `${what}: the extra traffic on this circuit is unknown.`
  const share = bandwidthMbps ? `, ${Math.ceil((bits / (bandwidthMbps * 1e6)) * 100)} %` : ''
  return `${what}: up to ${Math.ceil(bits / 1e6)} Mb/s on one path${share}.`
}

type Taken = NonNullable<CostProjection['takesOver']>['losses'][number]

/**
 * Formats the confidence of the recommendation as a word with its reason. It is not the accuracy of the month's
 * forecast, which `formatForecastRecord` formats.
 */
export function formatRecommendationConfidence({
  recommendation: { action, confidence },
}: Pick<CostProjection, 'recommendation'>) {
  // For an undecided recommendation (`too_close`), stored reviews of older versions contain the confidence of the
  // saving in this field. The field is therefore ignored.
  if (action === 'too_close') return { word: 'Undecided', brief: null, detail: null }
  if (!confidence || confidence.word === 'unknown')
    return { word: 'Not known yet', brief: null, detail: confidence?.words ?? null }
  const { word, basis, chance, words } = confidence
  const brief = basis === 'forecast' ? chance !== null && `${Math.round(chance * 100)} of 100` : words
  return { word: `${word.charAt(0).toUpperCase()}${word.slice(1)}`, brief: brief || null, detail: words }
}

/**
 * Formats the accuracy of past forecasts of this circuit: how often the actual value was within the forecast bounds,
 * and the mean error (MAPE). Returns null if no forecast can be compared with an actual value yet.
 */
export function formatForecastRecord({ pastError: { bandHeld, mape, months } }: CostProjection): string | null {
  if (bandHeld === null || mape === null) return null
  const past = Math.round(bandHeld * 100)
  return `${formatForecastHitRate(bandHeld)} past forecasts were inside the band (${past} of 100 in ${months} back-tests, ±${(mape * 100).toFixed(1)} %)`
}

/** Formats the reason of the recommendation in whole sentences. */
export function formatRecommendationReason({ recommendation: { action, reason }, oneWay }: CostProjection): string {
  const back = oneWay && action === 'switch' && !/irreversible/i.test(reason)
  return back ? `${reason} Irreversible: going back needs a new circuit.` : reason
}

/**
 * Formats the result of a decision by comparing the expected cost with the actual cost: "Expected by 2026-W46: $5,700 a
 * month on Standard unlimited, 1 Gb/s. This month: $5,700, within it."
 */
export function formatFollowUp({
  week,
  offer,
  expected,
  actual,
  verdict,
}: NonNullable<CostDecision['followUp']>): string {
  const against = verdict === 'within' ? 'within it' : `${verdict} it`
  return `Expected by ${week}: ${formatCostPercentiles(expected)} a month on ${formatCostOffer(offer)}. This month: ${formatCostPercentiles(actual)}, ${against}.`
}

export const formatRecommendedAction = ({ recommendation: { action, to } }: CostProjection): string =>
  to && action === 'switch'
    ? `${recommendedActionLabels[action]} to ${formatCostOffer(to)}`
    : recommendedActionLabels[action]

/**
 * Returns the reason why a plan with the same bandwidth that costs less is not recommended; null if there is no such
 * plan, or if the open question of `formatOpenQuestion` or the reason of the recommendation is about it.
 */
export function findDeclinedReason({
  recommendation: { asks, declined, reason },
}: Pick<CostProjection, 'recommendation'>): string | null {
  const [best] = asks
  const other = declined?.find((one) => one.reason !== reason && !(best && isSamePlanOffer(best.to, one.to)))
  return other?.reason ?? null
}

/**
 * Returns the reason why a change to a plan that costs less with the same bandwidth is not recommended: its own reason,
 * or the reason of a recommendation that names the plan or that is made before offers are compared; null if the change
 * is recommended.
 */
export function findReasonAgainstPlan(
  { recommendation: { action, declined, reason } }: Pick<CostProjection, 'recommendation'>,
  plan: Offer['plan'],
): string | null {
  const own = declined?.find(({ to }) => to.plan === plan)
  return own?.reason ?? (action === 'switch' ? null : reason)
}

/**
 * Returns the short text next to the verdict of a row: how much an answer to the open questions would save (as in the
 * headline, which adds up these amounts), or the reason to stay; null if there is neither.
 */
export function formatVerdictNote({ recommendation }: Pick<CostProjection, 'recommendation'>): string | null {
  const { action, reason, asks } = recommendation
  if (asks.length === 0) return action === 'stay' ? reason : null
  const more = computeAskedBeyond(recommendation)
  return more && `Worth asking for ${formatMoney(more)}${action === 'switch' ? ' more' : ''}`
}

/**
 * Formats the best offer that becomes possible only after an open question is answered, for example by the provider:
 * `Ask: Local, 1 Gb/s, saves $3,538`. If a change is recommended, the text also has the difference between the two
 * savings, because the headline adds up these differences: `…, as a new circuit, saves $4,915, $415 more`. Returns null
 * if there is no such offer.
 */
export function formatOpenQuestion({ recommendation }: CostProjection): string | null {
  const [best] = recommendation.asks
  if (!best) return null
  const more = recommendation.action === 'switch' ? computeAskedBeyond(recommendation) : null
  const saves = `saves ${formatMoney(best.saving.p50)}${more ? `, ${formatMoney(more)} more` : ''}`
  return `Ask: ${formatCostOffer(best.to)}, ${best.change === 'new_circuit' ? 'as a new circuit, ' : ''}${saves}`
}
