import type { CostDecision, CostProjection } from '../../api/index.ts'
import { Decimal } from '../money.ts'
import { getBillingMonth, addBillingMonths } from '../usage/month.ts'

type FollowUp = CostDecision['followUp']
interface FormerCircuit extends Pick<CostProjection, 'circuitId'> {
  options: readonly Pick<CostProjection['options'][number], 'plan' | 'tier' | 'bandwidthMbps' | 'p10' | 'p50' | 'p90'>[]
}

/**
 * Reports whether the review of a month shows the result of a decision. It does so in the month after the decision.
 * @param month YYYY-MM
 */
export const isDecisionFollowedUpInReview = ({ at }: Pick<CostDecision, 'at'>, month: string): boolean =>
  addBillingMonths(getBillingMonth(Date.parse(at)), 1).name === month

/**
 * Compares the cost of this month with the cost that an earlier review expected for the offer that the circuit has now.
 * The current offer is used instead of the recommended offer, because a decision is a free text and may choose another
 * offer.
 * @returns null if one of the two costs is unknown, or if their currencies differ
 */
export function computeFollowUp(
  before: { week: string; projections: { circuits: readonly FormerCircuit[] } },
  now: CostProjection,
): FollowUp {
  const current = now.options.find((option) => option.current)
  const former = before.projections.circuits.find(({ circuitId }) => circuitId === now.circuitId)
  const then = former?.options.find(
    ({ plan, tier, bandwidthMbps }) =>
      plan === current?.plan && tier === current.tier && bandwidthMbps === current.bandwidthMbps,
  )
  if (!current || !then || current.p50.currency !== then.p50.currency) return null
  const { plan, tier, bandwidthMbps, p10, p50, p90 } = current
  const likely = new Decimal(p50.amount)
  return {
    week: before.week,
    offer: { plan, tier, bandwidthMbps },
    expected: { p10: then.p10, p50: then.p50, p90: then.p90 },
    actual: { p10, p50, p90 },
    verdict: likely.lessThan(then.p10.amount) ? 'below' : likely.greaterThan(then.p90.amount) ? 'above' : 'within',
  }
}
