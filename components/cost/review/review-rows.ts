import { formatUtcMinute } from '#lib/contract/time/dates.ts'
import { parseWeekName } from '#lib/contract/time/iso-week.ts'
import type { CostProjection, CostReviewWithSummary, CostReviewCircuit } from '#lib/cost/api/index.ts'
import { listCaveats } from './caveats.ts'

/**
 * Circuit with its cost forecast and its assessment in the weekly review. `place` is its position in the order of
 * urgency; 0 = most urgent. `caveats` are the facts that qualify its recommendation, the most important first. `briefOf`
 * is the week of the review if some fields of the circuit are left out and must be fetched; otherwise null.
 */
export type CostReviewRow = CostProjection & {
  reviewed: CostReviewCircuit
  place: number
  caveats: string[]
  briefOf: string | null
}

/** Returns the circuits of a review in the order of the review, most urgent first. */
export function listCostReviewRows({
  projections,
  summary,
  unused,
  detail,
  week,
}: CostReviewWithSummary): CostReviewRow[] {
  const circuits = new Map(projections.circuits.map((one) => [one.circuitId, one]))
  return summary.circuits.flatMap((reviewed, place) => {
    const circuit = circuits.get(reviewed.circuitId)
    return circuit
      ? [
          {
            ...circuit,
            reviewed,
            place,
            caveats: listCaveats(circuit, unused, reviewed.peak),
            briefOf: detail === 'brief' ? week : null,
          },
        ]
      : []
  })
}

/**
 * Formats the status of a review that is not published, with the time of its publication: `open, will be published Mon
 * 2026-12-07 02:00 UTC`.
 * @param week ISO week of the review, such as `2026-W49`
 * @param closing last completed week that is not published yet; null = it is published
 */
export function formatReviewPublication(week: string, closing: string | null): string {
  const closesAt = parseWeekName(week)?.closesAt
  const time = closesAt === undefined ? '' : ` Mon ${formatUtcMinute(closesAt)}`
  return week === closing ? `over, not published yet: due${time}` : `open, will be published${time}`
}
