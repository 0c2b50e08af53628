import type { CostProjection, CostReview, ReviewedCircuit } from '#lib/cost/api/index.ts'

/** Circuit with its decision. `place` counts from 0 for the most urgent decision. */
export type ReviewRow = CostProjection & { reviewed: ReviewedCircuit; place: number }

/** Returns the circuits of a review in its order. */
export function reviewRows({ projections, summary }: Pick<CostReview, 'projections' | 'summary'>): ReviewRow[] {
  const circuits = new Map(projections.circuits.map((one) => [one.circuitId, one]))
  return summary.circuits.flatMap((reviewed, place) => {
    const circuit = circuits.get(reviewed.circuitId)
    return circuit ? [{ ...circuit, reviewed, place }] : []
  })
}
