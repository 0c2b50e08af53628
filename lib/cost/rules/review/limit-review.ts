import type { CostProjection, CostReviewWithSummary } from '../../api/index.ts'

/**
 * Returns a review with the requested part of its circuits. Totals and all other parts cover the whole review.
 * @param circuitId short id of the only listed circuit; null = all circuits
 */
export function limitReview(
  review: Omit<CostReviewWithSummary, 'detail'>,
  { detail, circuitId }: { detail: CostReviewWithSummary['detail']; circuitId: string | null },
): CostReviewWithSummary {
  const { projections, summary } = review
  const isListed = (one: { circuitId: string }) => circuitId === null || one.circuitId === circuitId
  const circuits = projections.circuits.filter(isListed)
  return {
    ...review,
    detail,
    projections: { ...projections, circuits: detail === 'full' ? circuits : circuits.map(shortenProjection) },
    summary: { ...summary, circuits: summary.circuits.filter(isListed) },
  }
}

/**
 * Returns a projection without the parts that take most of its bytes. Its length depends neither on the number of offers
 * nor on the number of other circuits. The texts and figures of its row in the review remain.
 */
function shortenProjection(projection: CostProjection): CostProjection {
  const { options, recommendation, takesOver } = projection
  return {
    ...projection,
    gaps: [],
    takesOver: takesOver && { ...takesOver, losses: [] },
    // The first offer of each plan shows which plans were compared.
    options: options
      .filter((option, place) => option.current || options.findIndex(({ plan }) => plan === option.plan) === place)
      .map((option) => ({ ...option, blockedBy: [], hindrances: [] })),
    recommendation: {
      ...recommendation,
      plan: [],
      steps: recommendation.plan.length,
      asks: recommendation.asks.map((ask) => ({ ...ask, plan: [] })),
    },
    twelveMonths: [],
  }
}
