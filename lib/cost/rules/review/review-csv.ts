import type { CostProjection, CostReviewWithSummary, CostReviewCircuit } from '../../api/index.ts'
import { type CsvColumns, toCsvRows, toCsv } from '#lib/contract/csv.ts'
import { formatOffer } from '../prices/quote-offer.ts'
import { findCurrentOfferCost } from '../projection/project-circuit.ts'

type Review = Pick<CostReviewWithSummary, 'week' | 'projections' | 'variance' | 'comparedWith' | 'summary'>

/**
 * Returns the circuits of a weekly review as a CSV file with one row for each circuit, in the order of the review. An
 * amount is a number, and its currency is in a separate column. Numbers of bytes are integers.
 */
export function formatReviewCsv(review: Review): string {
  const changes = new Map(review.variance.map(({ circuitId, difference }) => [circuitId, difference.amount]))
  const projections = new Map(review.projections.circuits.map((one) => [one.circuitId, one]))
  const rows = review.summary.circuits.flatMap(({ circuitId, peak }) => {
    const one = projections.get(circuitId)
    const [ask] = one?.recommendation.asks ?? []
    return one
      ? [{ review, one, peak, ask, band: findCurrentOfferCost(one), change: changes.get(circuitId) ?? null }]
      : []
  })
  return toCsv(toCsvRows(columns, rows))
}

interface Row extends Pick<CostReviewCircuit, 'peak'> {
  review: Review
  one: CostProjection
  ask: CostProjection['recommendation']['asks'][number] | undefined
  band: ReturnType<typeof findCurrentOfferCost>
  /** change of the circuit's cost since the review that is the basis of comparison; null = unknown */
  change: string | null
}

const columns: CsvColumns<Row> = {
  week: ({ review }) => review.week,
  circuitId: ({ one }) => one.circuitId,
  circuit: ({ one }) => one.name,
  zone: ({ one }) => one.zone,
  plan: ({ one }) => one.plan,
  tier: ({ one }) => one.tier,
  bandwidthMbps: ({ one }) => one.bandwidthMbps,
  billedBytesToDate: ({ one }) => one.billedBytesToDate,
  coveredShare: ({ one }) => one.coveredShare,
  currency: ({ one, band }) => band?.p50.currency ?? one.priceSheet.currency,
  costToDate: ({ one }) => one.costToDate?.amount ?? null,
  p10: ({ band }) => band?.p10.amount ?? null,
  p50: ({ band }) => band?.p50.amount ?? null,
  p90: ({ band }) => band?.p90.amount ?? null,
  changeSinceLastWeek: ({ change }) => change,
  // name of the week whose review is the basis of comparison; it may be older than the previous week
  changeSince: ({ review, change }) => (change === null ? null : review.comparedWith),
  unlimited: ({ one }) => one.unlimited?.amount ?? null,
  breakEvenBytes: ({ one }) => one.breakEvenBytes,
  chanceOfWrongSide: ({ one }) => one.chanceOfWrongSide,
  recommendation: ({ one }) => one.recommendation.action,
  to: ({ one }) => one.recommendation.to && formatOffer(one.recommendation.to),
  savingP50: ({ one }) => one.recommendation.saving?.p50.amount ?? null,
  oneWay: ({ one }) => one.oneWay,
  worthAsking: ({ ask }) => (ask ? `${formatOffer(ask.to)}: ${ask.questions.join('; ')}` : null),
  askSavingP50: ({ ask }) => ask?.saving.p50.amount ?? null,
  pastError: ({ one }) => one.pastError.mape,
  bandHeld: ({ one }) => one.pastError.bandHeld,
  unpricedBecause: ({ one }) => one.unpricedBecause,
  assumedToDate: ({ one }) => one.assumedToDate?.amount ?? null,
  confidence: ({ one }) => one.recommendation.confidence?.word ?? null,
  confidenceBasis: ({ one }) => one.recommendation.confidence?.basis ?? null,
  confidenceChance: ({ one }) => one.recommendation.confidence?.chance ?? null,
  peakMbps: ({ peak }) => peak && peak.mbps,
  peakShare: ({ peak }) => peak && peak.share,
  nearlyFull: ({ peak }) => peak && peak.isNearlyFull,
}
