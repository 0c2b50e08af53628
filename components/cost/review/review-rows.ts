import type { CostProjection, CostReviewWithSummary, CostReviewCircuit } from '#lib/cost/api/index.ts'

/**
 * Circuit with its cost forecast and its assessment in the weekly review. `place` is its position in the order of
 * urgency; 0 = most urgent.
 */
export type CostReviewRow = CostProjection & { reviewed: CostReviewCircuit; place: number }

/** Returns the circuits of a review in the order of the review, most urgent first. */
export function listCostReviewRows({
  projections,
  summary,
}: Pick<CostReviewWithSummary, 'projections' | 'summary'>): CostReviewRow[] {
  const circuits = new Map(projections.circuits.map((one) => [one.circuitId, one]))
  return summary.circuits.flatMap((reviewed, place) => {
    const circuit = circuits.get(reviewed.circuitId)
    return circuit ? [{ ...circuit, reviewed, place }] : []
  })
}
