import type { CostProjection, CostReview, ReviewedCircuit } from '../../api/index.ts'
import { type Cell, toCsv } from '#lib/contract/csv.ts'
import { offerWords } from '../prices/quote.ts'
import { currentBand } from '../projection/project-circuit.ts'

const COLUMNS = [
  'week',
  'circuitId',
  'circuit',
  'zone',
  'plan',
  'tier',
  'bandwidthMbps',
  'billedBytesToDate',
  'coveredShare',
  'currency',
  'costToDate',
  'p10',
  'p50',
  'p90',
  'changeSinceLastWeek',
  'changeSince',
  'unlimited',
  'breakEvenBytes',
  'chanceOfWrongSide',
  'recommendation',
  'to',
  'savingP50',
  'oneWay',
  'worthAsking',
  'askSavingP50',
  'pastError',
  'bandHeld',
  'unpricedBecause',
  'assumedToDate',
  'confidence',
  'confidenceBasis',
  'confidenceChance',
  'peakMbps',
  'peakShare',
  'nearlyFull',
] as const

type Review = Pick<CostReview, 'week' | 'projections' | 'variance' | 'comparedWith' | 'summary'>

/** The review's table of circuits as a file, one row each in the order of the review; money as numbers beside their currency, bytes whole. */
export function reviewCsv(review: Review): string {
  const changes = new Map(review.variance.map(({ circuitId, difference }) => [circuitId, difference.amount]))
  const projections = new Map(review.projections.circuits.map((one) => [one.circuitId, one]))
  const rows = review.summary.circuits.flatMap((reviewed) => {
    const one = projections.get(reviewed.circuitId)
    return one ? [rowOf(review, one, reviewed, changes.get(one.circuitId) ?? null)] : []
  })
  return toCsv(
    COLUMNS,
    rows.map((row) => COLUMNS.map((column) => row[column])),
  )
}

function rowOf(
  { week, comparedWith }: Review,
  one: CostProjection,
  { peak }: ReviewedCircuit,
  change: string | null,
): Record<(typeof COLUMNS)[number], Cell> {
  const { recommendation, pastError } = one
  const { to, asks } = recommendation
  const [ask] = asks
  const band = currentBand(one)
  return {
    week,
    circuitId: one.circuitId,
    circuit: one.name,
    zone: one.zone,
    plan: one.plan,
    tier: one.tier,
    bandwidthMbps: one.bandwidthMbps,
    billedBytesToDate: one.billedBytesToDate,
    coveredShare: one.coveredShare,
    currency: band?.p50.currency ?? one.priceSheet.currency,
    costToDate: one.costToDate?.amount ?? null,
    p10: band?.p10.amount ?? null,
    p50: band?.p50.amount ?? null,
    p90: band?.p90.amount ?? null,
    changeSinceLastWeek: change,
    // the week that was published last, where the one before was not
    changeSince: change === null ? null : comparedWith,
    unlimited: one.unlimited?.amount ?? null,
    breakEvenBytes: one.breakEvenBytes,
    chanceOfWrongSide: one.chanceOfWrongSide,
    recommendation: recommendation.action,
    to: to && offerWords(to),
    savingP50: recommendation.saving?.p50.amount ?? null,
    oneWay: one.oneWay,
    worthAsking: ask ? `${offerWords(ask.to)}: ${ask.questions.join('; ')}` : null,
    askSavingP50: ask?.saving.p50.amount ?? null,
    pastError: pastError.mape,
    bandHeld: pastError.bandHeld,
    unpricedBecause: one.unpricedBecause,
    assumedToDate: one.assumedToDate?.amount ?? null,
    confidence: recommendation.confidence?.word ?? null,
    confidenceBasis: recommendation.confidence?.basis ?? null,
    confidenceChance: recommendation.confidence?.chance ?? null,
    peakMbps: peak && peak.mbps,
    peakShare: peak && peak.share,
    nearlyFull: peak && peak.isNearlyFull,
  }
}
