import type { CostProjection, UnusedFinding } from '#lib/cost/api/index.ts'
import { formatCountWithPlural, formatFractionAsPercent } from '../../format/quantity.ts'

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
 */
export function listCaveats(projection: CostProjection, unused: readonly UnusedFinding[]): string[] {
  const { name, coveredShare, termsUnread, options, recommendation } = projection
  const { action, asks } = recommendation
  if (action === 'too_early' || action === 'unpriced') return []
  // The row names the first open question next to the recommendation.
  const moreQuestions = asks.length - 1
  return [
    ...unused
      .filter((one) => one.name === name && one.kind !== 'gateway_alone')
      .filter(({ kind }) => action !== 'switch' || !keepsPlan.includes(kind))
      .map(({ reason }) => reason),
    ...(['metered', 'unlimited'] as const)
      .filter((plan) => options.every((option) => option.plan !== plan))
      .map((plan) => `The plan ${plan} was not compared, because no price of it is known for this circuit.`),
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

/** Formats the number of caveats next to a recommendation: `2 caveats`. */
export const formatCaveatCount = (count: number): string => formatCountWithPlural(count, 'caveat')
