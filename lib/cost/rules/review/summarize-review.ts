import type {
  CostAction,
  CostProjection,
  CostReviewSummary,
  MoneyPercentiles,
  CostReviewCircuit,
} from '../../api/index.ts'
import { computeAskedBeyond } from '../../api/money-sums.ts'
import type { MoneyAmount } from '#lib/contract/index.ts'
import { sumPercentilesByCurrency, Decimal, sumMoneyByCurrency } from '../money.ts'
import { computeCostCurve } from '../projection/cost-curve.ts'
import { isSameOffer } from '../projection/offers.ts'
import { computePathPeak } from '../projection/path-peak.ts'
import { findCurrentOfferCost } from '../projection/project-circuit.ts'

/**
 * Returns the totals of a review, and its circuits sorted by urgency. The page, the mail and the CSV file of a review
 * use this summary (ADR 0324).
 * @param nearlyFull minimum share of one path's bandwidth at which the path counts as nearly full. It is the setting
 *   `bandwidth.warn`, which is also used for utilization events
 * @param hasCurve whether a circuit's summary contains its curve, which takes most of the time
 */
export function summarizeReview(
  circuits: readonly CostProjection[],
  nearlyFull: number,
  hasCurve: (circuit: CostProjection) => boolean = () => true,
): CostReviewSummary {
  const ordered = circuits.toSorted(compareUrgency)
  const reviewed = ordered.map((circuit) => ({
    ...reviewCircuit(circuit, nearlyFull),
    curve: hasCurve(circuit) ? computeCostCurve(circuit) : null,
  }))
  const savingBy = (wanted: CostReviewCircuit['change']) =>
    sumPercentilesByCurrency(reviewed.flatMap(({ change, saving }) => (change === wanted ? (saving ?? []) : [])))
  return {
    toDate: sumMoneyByCurrency(circuits.flatMap(({ costToDate }) => costToDate ?? [])),
    saving: sumPercentilesByCurrency(reviewed.flatMap(({ saving }) => saving ?? [])),
    savingInPlace: savingBy('in_place'),
    savingByNewCircuit: savingBy('new_circuit'),
    asked: askedOf(circuits),
    askedByNewCircuit: askedOf(
      circuits.filter(({ recommendation }) => recommendation.asks[0]?.change === 'new_circuit'),
    ),
    circuits: reviewed,
  }
}

/** Returns how much more the best offers with open questions would save in a month than the recommended changes. */
const askedOf = (circuits: readonly CostProjection[]): MoneyAmount[] =>
  sumMoneyByCurrency(circuits.flatMap(({ recommendation }) => computeAskedBeyond(recommendation) ?? []))

/** Returns the monthly saving of the recommended change; null if no change is recommended. */
export const getRecommendedSaving = ({
  recommendation: { action, saving },
}: Pick<CostProjection, 'recommendation'>): MoneyPercentiles | null => (action === 'switch' ? saving : null)

/**
 * Returns the saving as a share (0 to 1) of the likely total cost; null if there is no saving, or if the amounts are in
 * several currencies.
 */
export function computeSavingShare(saving: readonly MoneyAmount[], totals: readonly MoneyPercentiles[]): number | null {
  const [[own, ...others], [all, ...further]] = [saving, totals]
  if (!own || !all || others.length + further.length > 0 || own.currency !== all.p50.currency) return null
  const likely = new Decimal(all.p50.amount)
  return likely.greaterThan(0) ? new Decimal(own.amount).dividedBy(likely).clamp(0, 1).toNumber() : null
}

function reviewCircuit(circuit: CostProjection, nearlyFull: number): Omit<CostReviewCircuit, 'curve'> {
  const { action, to } = circuit.recommendation
  const option = circuit.options.find((one) => action === 'switch' && to !== null && isSameOffer(one, to))
  return {
    circuitId: circuit.circuitId,
    saving: getRecommendedSaving(circuit),
    change: option?.change ?? null,
    peak: peakAfter(circuit, nearlyFull),
  }
}

/**
 * Position of circuits in the review by their recommended action. Circuits with a recommended change come first, then
 * circuits without a price.
 */
const RANKS: Record<CostAction, number> = { switch: 0, unpriced: 1, too_close: 2, too_early: 3, stay: 4 }

/** Compares two circuits for sorting: first by action, then by larger saving, then by higher cost. */
const compareUrgency = (a: CostProjection, b: CostProjection): number =>
  RANKS[a.recommendation.action] - RANKS[b.recommendation.action] ||
  likely(getRecommendedSaving(b)).comparedTo(likely(getRecommendedSaving(a))) ||
  likely(findCurrentOfferCost(b)).comparedTo(likely(findCurrentOfferCost(a))) ||
  a.name.localeCompare(b.name)

const likely = (band: MoneyPercentiles | null): Decimal => new Decimal(band?.p50.amount ?? 0)

/**
 * Returns the highest traffic on one path, compared with the bandwidth after the recommended change. Returns null if the
 * bandwidth or the busiest hour is unknown.
 */
function peakAfter(circuit: CostProjection, nearlyFull: number): CostReviewCircuit['peak'] {
  const { action, to } = circuit.recommendation
  const after = action === 'switch' && to ? to.bandwidthMbps : circuit.bandwidthMbps
  const peak = computePathPeak(circuit)
  if (after === null || peak === null) return null
  const share = peak.mbps / after
  return { ...peak, share, isNearlyFull: share >= nearlyFull }
}
