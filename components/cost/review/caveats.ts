import type { CostProjection, CostReviewCircuit, UnusedFinding } from '#lib/cost/api/index.ts'
import { formatBandwidth, formatCountWithPlural, formatFractionAsPercent } from '../../format/quantity.ts'

/** Minimum measured share of the month so far, 0 to 1, from which the usage counts as complete. */
const COMPLETE_SHARE = 0.995

/** Reports whether measurements of the month so far are missing. `coveredShare` is their share, 0 to 1. */
export const isUsageIncomplete = ({ coveredShare }: Pick<CostProjection, 'coveredShare'>): boolean =>
  coveredShare < COMPLETE_SHARE

/** Kinds of findings that only qualify the recommendation to keep the plan of a circuit. */
const keepsPlan: readonly UnusedFinding['kind'][] = ['premium_not_needed', 'bandwidth_not_needed']

/**
 * Returns the facts that contradict or qualify the recommendation for a circuit, the most important first. They are part
 * of the review, so that the recommendation is not evaluated again. The result is empty for a circuit without a
 * recommendation, because the reason then names the missing fact.
 * @param unused findings of the review about the circuit
 * @param peak highest traffic on one path after the recommended change; null = unknown
 */
export function listCaveats(
  projection: CostProjection,
  unused: readonly UnusedFinding[],
  peak: CostReviewCircuit['peak'],
): string[] {
  const { name, coveredShare, termsUnread, options, recommendation } = projection
  const { action, asks } = recommendation
  if (action === 'too_early' || action === 'unpriced') return []
  // The details of the row, and the sheet below the row, name the first open question.
  const moreQuestions = asks.length - 1
  return [
    ...formatPeakCaveats(projection, peak),
    ...unused
      .filter((one) => one.name === name && one.kind !== 'gateway_alone')
      .filter(({ kind }) => action !== 'switch' || !keepsPlan.includes(kind))
      .map(({ reason }) => reason),
    ...(['metered', 'unlimited'] as const)
      .filter((plan) => options.every((option) => option.plan !== plan))
      .map((plan) => `The plan ${plan} was not compared for this circuit.`),
    ...(moreQuestions > 0
      ? [
          `${formatCountWithPlural(moreQuestions, 'more offer')} ${moreQuestions === 1 ? 'depends' : 'depend'} on open questions.`,
        ]
      : []),
    ...(isUsageIncomplete(projection)
      ? [
          coveredShare === 0
            ? 'Nothing of the month so far was measured.'
            : `Only ${formatFractionAsPercent(coveredShare)} of the month so far was measured.`,
        ]
      : []),
    ...(termsUnread.length > 0 ? ['The billing terms were not polled in a part of the month.'] : []),
  ]
}

/**
 * Describes the situation in which the highest traffic on one path occurs: `in the busiest hour of 30 days`, or `if
 * erc-london fails`.
 */
export function formatPeakSituation(loss: NonNullable<CostReviewCircuit['peak']>['loss']): string {
  if (loss === null) return 'in the busiest hour of 30 days'
  return loss.name === null ? 'after another failure' : `if ${loss.name} fails`
}

/** Returns the caveats about the highest traffic on one path: it does not fit, or it may be higher. */
function formatPeakCaveats(
  { takesOver }: Pick<CostProjection, 'takesOver'>,
  peak: CostReviewCircuit['peak'],
): string[] {
  if (peak === null) return []
  const { mbps, share, loss, isAtLeast } = peak
  const missing =
    takesOver === null
      ? 'the traffic that other failures move to this circuit is not calculated'
      : takesOver.isUnsure
        ? 'the new path of some prefixes after a failure is unknown'
        : 'the traffic after a failure is unknown'
  return [
    ...(share > 1
      ? [
          `The peak does not fit on one path: ${formatBandwidth(Math.ceil(mbps))} ${formatPeakSituation(loss)}, ${formatFractionAsPercent(share)} of one path. Check whether a larger bandwidth is needed.`,
        ]
      : []),
    ...(isAtLeast ? [`The peak on one path may be higher, because ${missing}.`] : []),
  ]
}

/** Formats the number of caveats next to a recommendation: `2 caveats`. */
export const formatCaveatCount = (count: number): string => formatCountWithPlural(count, 'caveat')
