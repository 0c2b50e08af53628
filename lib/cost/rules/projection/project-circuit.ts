import type { MoneyAmount, EpochMs } from '#lib/contract/index.ts'
import { intersectTimeIntervals } from '#lib/contract/time/time-spans.ts'
import { MS_PER_HOUR, formatIso } from '#lib/contract/time/time.ts'
import type { CostOption, CostProjection, CostProjections } from '../../api/index.ts'
import {
  type ForecastPercentiles,
  sumPercentilesByCurrency,
  toBytePercentiles,
  type Decimal,
  toMoneyPercentiles,
  formatMoneyAmount,
  ZERO_AMOUNT,
} from '../money.ts'
import { type CircuitMapping, mapCircuitToMeters, getCircuitPlan, parseCircuitTier } from '../prices/map-circuit.ts'
import { applyPriceOverrides, type OverriddenPrices } from '../prices/overrides.ts'
import { quoteOffer, type PricedOffer } from '../prices/quote-offer.ts'
import { type BilledUsage, computeBilledUsage } from '../usage/billed-usage.ts'
import { getOtherGbSize } from '../usage/gigabyte.ts'
import { type BillingMonth, addBillingMonths } from '../usage/month.ts'
import { computeDataCost, computePortCost, type PricedInterval, clipPricedIntervals } from '../usage/sold-intervals.ts'
import { formatAssumptions, computeSheetAgeDays } from './assumptions.ts'
import { type PlanChange, type PlanChangeInput, judgePlanChange } from './plan-change.ts'
import type { CircuitProjectionInput, CostContext } from './circuit-input.ts'
import { computeBreakEvenBytes, computeChanceOfBytesAbove, computeCostPercentiles } from './cost-at.ts'
import { createProjectionLines, sumLineCosts } from './projection-lines.ts'
import { isSameOffer, listAvailableOffers, sortCostOptions } from './offers.ts'
import { createChangePlan } from './change-plan.ts'
import { recommendOffer, createUnpricedRecommendation } from './recommend.ts'
import type { FailoverTraffic } from './failover-traffic.ts'
import { forecastFutureMonth, type CircuitTrafficFigures, computeProjectedTraffic } from './projected-traffic.ts'

const MONTHS_AHEAD = 12

/**
 * Returns the projected cost of a circuit this month on each available plan, with its confidence and a recommendation
 * (ADR 0090).
 */
export function projectCircuit(input: CircuitProjectionInput, frame: CostContext): CostProjection {
  const parts = partsOf(input, frame)
  return parts.mapping.ok && parts.sold
    ? priced(input, frame, parts, parts.mapping.quote, parts.sold)
    : withoutPrice(input, frame, parts)
}

/** Returns the projections of circuits for a month, with a total for each currency. */
export const summarizeProjections = (
  circuits: CostProjection[],
  { month }: Pick<CostContext, 'month'>,
): CostProjections => ({
  month: month.name,
  madeAt: null,
  circuits,
  totals: sumPercentilesByCurrency(circuits.flatMap((one) => findCurrentOfferCost(one) ?? [])),
  unpriced: circuits.filter(({ unpricedBecause }) => unpricedBecause !== null).length,
})

/**
 * Returns the low, likely and high monthly cost of a circuit with its current offer; null if it has no price or no
 * forecast.
 */
export function findCurrentOfferCost({
  options,
}: CostProjection): Pick<CostProjection['options'][number], 'p10' | 'p50' | 'p90'> | null {
  const current = options.find((option) => option.current)
  return current ? { p10: current.p10, p50: current.p50, p90: current.p90 } : null
}

interface Parts {
  overridden: OverriddenPrices
  mapping: CircuitMapping
  /** intervals of the configuration within the month with their prices; null = at least one interval has no price */
  sold: PricedInterval[] | null
  traffic: CircuitTrafficFigures
  /** Share of the month in which the circuit exists, 0 to 1. */
  share: number
}

function partsOf(input: CircuitProjectionInput, frame: CostContext): Parts {
  const { month } = frame
  const { there, ...pricing } = soldIntervals(input, frame)
  const hours = there.reduce((sum, one) => sum + one.to - one.from, 0)
  return {
    ...pricing,
    traffic: input.traffic ?? projectCircuitTraffic(input, frame),
    share: hours / (month.to - month.from),
  }
}

/**
 * Returns the intervals of a circuit's configuration within a month, each with its price after overrides of the price
 * list.
 */
function soldIntervals(input: CircuitProjectionInput, { sheet, overrides, month, now }: CostContext) {
  const last = input.configured.at(-1)
  if (!last) throw new RangeError(`circuit ${input.circuitId} has no configuration`)
  const overridden = applyPriceOverrides(sheet, overrides, { circuitId: input.circuitId, at: now })
  const mapping = mapCircuitToMeters(overridden.sheet, last.facts, overridden.zone)
  const intervals = input.configured.map((one) => {
    const mapped = mapCircuitToMeters(overridden.sheet, one.facts, overridden.zone)
    return { from: one.from, to: one.to, quote: mapped.ok ? mapped.quote : null }
  })
  const there = clipPricedIntervals(intervals, month.from, month.to)
  const priced = there.flatMap((one) => (one.quote ? [{ ...one, quote: one.quote }] : []))
  return { overridden, mapping, there, sold: priced.length === there.length ? priced : null }
}

/**
 * Computes the traffic of a circuit in a month. This takes seconds, because the forecast uses all known hours. The
 * result does not depend on prices.
 */
export function projectCircuitTraffic(
  { usage, configured }: CircuitProjectionInput,
  { month, now }: Pick<CostContext, 'month' | 'now'>,
): CircuitTrafficFigures {
  return computeProjectedTraffic(usage, month, now, thereIn(month, configured))
}

/**
 * Returns the cost of a circuit from the begin of the month until now; null if the circuit has no price. The result
 * contains no forecast, so that only the usage of this month is needed.
 */
export function computeCostSoFar(
  input: CircuitProjectionInput,
  frame: CostContext,
): { bytes: bigint; cost: MoneyAmount } | null {
  const there = thereIn(frame.month, input.configured)
  const toDate = computeBilledUsage(input.usage, there.from, Math.min(Math.max(frame.now, there.from), there.to))
  const { sold, mapping } = soldIntervals(input, frame)
  if (!sold || !mapping.ok) return null
  return { bytes: toDate.bytes, cost: formatMoneyAmount(costToDate(toDate, sold, frame), mapping.quote.currency) }
}

/** Returns the part of a month in which the circuit existed, extended to whole hours. */
function thereIn(
  month: BillingMonth,
  configured: CircuitProjectionInput['configured'],
): { from: EpochMs; to: EpochMs } {
  const [first, last] = [configured[0]?.from ?? month.from, configured.at(-1)?.to ?? month.to]
  const whole = (at: EpochMs) => Math.floor(at / MS_PER_HOUR) * MS_PER_HOUR
  const from = Math.min(Math.max(month.from, whole(first)), month.to)
  return { from, to: Math.max(from, Math.min(month.to, Math.ceil(last / MS_PER_HOUR) * MS_PER_HOUR)) }
}

/** Returns the fields of a projection that do not depend on whether the circuit has a price. */
function common(input: CircuitProjectionInput, frame: CostContext, { mapping, overridden, traffic, share }: Parts) {
  const { toDate, month, pastError } = traffic
  const facts = input.configured.at(-1)?.facts
  const unread = unreadIn(input, frame)
  return {
    circuitId: input.circuitId,
    name: input.name,
    month: { from: formatIso(frame.month.from), to: formatIso(frame.month.to) },
    zone: mapping.zone,
    plan: facts ? getCircuitPlan(facts) : null,
    tier: parseCircuitTier(facts?.tier ?? null),
    bandwidthMbps: facts?.bandwidthMbps ?? null,
    termsUnread: unread.map(({ from, to }) => ({ from: formatIso(from), to: formatIso(to) })),
    billedBytesToDate: String(toDate.bytes),
    billedBytesAtMost: toDate.atMost === null ? null : String(toDate.atMost),
    coveredShare: toDate.seconds > 0 ? toDate.coveredSeconds / toDate.seconds : 0,
    gaps: toDate.gaps.map((gap) => ({
      from: formatIso(gap.from),
      to: formatIso(gap.to),
      seconds: gap.seconds,
      atMostBytes: gap.atMost === null ? null : String(gap.atMost),
    })),
    forecast: month && toBytePercentiles(month),
    forecastBasis: traffic.words,
    p95Mbps: traffic.carried?.p95Mbps ?? null,
    busiestHourMbps: traffic.carried?.busiestHourMbps ?? null,
    busiestFiveMinutesMbps: traffic.carried?.peakMbps ?? null,
    takesOver: input.takeOver && takesOverView(input.takeOver),
    pastError,
    assumptions: formatAssumptions(frame, {
      zone: mapping.zone,
      overridden,
      input,
      toDate,
      isPartial: share < 1,
      unread,
    }),
    priceSheet: {
      source: frame.sheet.source,
      readAt: formatIso(frame.sheet.readAt),
      ageDays: Math.floor(computeSheetAgeDays(frame.sheet, frame.now)),
      currency: overridden.sheet.currency,
    },
  }
}

function withoutPrice(input: CircuitProjectionInput, frame: CostContext, parts: Parts): CostProjection {
  const why = parts.mapping.ok ? 'its configuration earlier this month has no price' : parts.mapping.why
  return {
    ...common(input, frame, parts),
    unpricedBecause: why,
    costToDate: null,
    assumedToDate: null,
    metered: null,
    unlimited: null,
    breakEvenBytes: null,
    chanceAboveBreakEven: null,
    chanceOfWrongSide: null,
    monthsUntilCrossing: null,
    lines: [],
    options: [],
    recommendation: createUnpricedRecommendation(why),
    oneWay: false,
    gb: { ...frame.gb, otherBytes: getOtherGbSize(frame.gb), otherDifference: null },
    twelveMonths: [],
  }
}

function priced(
  input: CircuitProjectionInput,
  frame: CostContext,
  parts: Parts,
  current: PricedOffer,
  sold: PricedInterval[],
): CostProjection {
  const { traffic, share, overridden } = parts
  const gb = frame.gb.bytes
  const { currency } = current
  const bytes = traffic.month
  const direct = input.configured.at(-1)?.facts.direct ?? false
  const localRegions = parts.mapping.place?.localRegions ?? null
  const offers = listAvailableOffers(overridden.sheet, current, { direct, localRegions })
  const facts = collectPlanChangeInput(input, frame, localRegions, traffic)
  const alternatives = offers.slice(1).map((one) => ({ quote: one, change: judgePlanChange(current, one, facts) }))
  const plan = (wanted: 'metered' | 'unlimited') => samePlaceOn(overridden, current, wanted, direct)
  const [metered, unlimited] = [plan('metered'), plan('unlimited')]
  const even = metered && unlimited ? computeBreakEvenBytes(metered, unlimited, gb, share) : null
  const months = monthsAhead(parts, frame)
  const crossing =
    even === null || !bytes ? null : [bytes, ...months.map((one) => one.bytes)].findIndex((one) => one.p50 >= even)
  const lines = bytes ? createProjectionLines(traffic.toDate, bytes, sold, frame) : []
  const recommendation = recommendOffer({
    current,
    alternatives,
    bytes: bytes ?? { p10: 0n, p50: 0n, p90: 0n },
    bandHeld: traffic.pastError.bandHeld,
    basis: traffic.basis,
    gb,
    otherGb: frame.gb.calibrated ? null : getOtherGbSize(frame.gb),
    share,
    breakEven: even,
    pastMonths: traffic.pastMonths,
    charges: overridden.charges,
    provider: input.provider,
    now: frame.now,
    leastSaving: frame.limits['saving.least'],
    planOf: ({ quote: to, change }) => createChangePlan(input, current, to, change, overridden.charges),
    nextMonths: months.map((one) => one.bytes.p50),
  })
  const unread = unreadIn(input, frame).flatMap(({ from, to }) => clipPricedIntervals(sold, from, to))
  const above = even === null || !bytes ? null : computeChanceOfBytesAbove(bytes, even)
  const chosen = alternatives.find((one) => recommendation.to && isSameOffer(one.quote, recommendation.to))
  return {
    ...common(input, frame, parts),
    unpricedBecause: null,
    costToDate: formatMoneyAmount(costToDate(traffic.toDate, sold, frame), currency),
    assumedToDate: unread.length > 0 ? formatMoneyAmount(costToDate(traffic.toDate, unread, frame), currency) : null,
    metered: metered && bytes && toMoneyPercentiles(computeCostPercentiles(metered, bytes, gb, share), currency),
    unlimited: unlimited && formatMoneyAmount(unlimited.port.times(share), currency),
    breakEvenBytes: even === null ? null : String(even),
    chanceAboveBreakEven: above,
    chanceOfWrongSide:
      above === null || current.plan === 'local' ? null : current.plan === 'metered' ? above : 1 - above,
    monthsUntilCrossing: crossing === null || crossing < 0 ? null : crossing,
    lines,
    options: bytes
      ? sortCostOptions([
          optionOf(current, sumLineCosts(lines), null),
          ...alternatives.map((one) =>
            optionOf(one.quote, computeCostPercentiles(one.quote, bytes, gb, share), one.change),
          ),
        ])
      : [],
    recommendation,
    oneWay: chosen?.change.oneWay ?? false,
    gb: {
      ...frame.gb,
      otherBytes: getOtherGbSize(frame.gb),
      otherDifference: bytes ? formatMoneyAmount(readingDifference(current, bytes.p50, frame), currency) : null,
    },
    twelveMonths: months.map(({ name, bytes: ahead }) => ({
      month: name,
      bytes: toBytePercentiles(ahead),
      cost: toMoneyPercentiles(computeCostPercentiles(current, ahead, gb), currency),
    })),
  }
}

/** Returns the facts that decide to which offers a circuit can change. */
export const collectPlanChangeInput = (
  input: CircuitProjectionInput,
  { limits }: Pick<CostContext, 'limits'>,
  localRegions: readonly string[] | null,
  { carried }: CircuitTrafficFigures,
): PlanChangeInput => ({ ...input, localRegions, carried, pathShare: limits['capacity.n1'] })

/**
 * Returns the failures elsewhere after which traffic moves to the circuit. If a failure moves traffic in both
 * directions, only the direction with more traffic is returned.
 */
const takesOverView = ({ at, losses, isUnsure }: FailoverTraffic): CostProjection['takesOver'] => {
  const terms = new Set<string>()
  // the list is sorted by traffic
  const largest = losses.filter(({ term }) => terms.size < terms.add(term).size)
  return {
    at: formatIso(at),
    isUnsure,
    losses: largest.map(({ term, name, path, direction, atMostBitsPerSecond }) => {
      return { term: name === null ? null : term, name, path, direction, atMostBitsPerSecond }
    }),
  }
}

function optionOf(
  quoted: PricedOffer,
  band: ForecastPercentiles<Decimal>,
  change: PlanChange | null,
): Omit<CostOption, 'difference'> {
  const { plan, tier, bandwidthMbps, currency } = quoted
  return {
    plan,
    tier,
    bandwidthMbps,
    current: change === null,
    ...toMoneyPercentiles(band, currency),
    change: change?.change ?? 'in_place',
    blockedBy: change?.blockedBy ?? [],
    hindrances: [...(change?.hindrances ?? [])],
    oneWay: change?.oneWay ?? false,
  }
}

/** Returns the times of the month until now in which the circuit's configuration was not read. */
const unreadIn = ({ unread = [] }: CircuitProjectionInput, { month, now }: Pick<CostContext, 'month' | 'now'>) =>
  intersectTimeIntervals(unread, [{ from: month.from, to: Math.min(month.to, now) }])

function costToDate(toDate: BilledUsage, sold: readonly PricedInterval[], { month, now, gb }: CostContext): Decimal {
  const until = Math.min(Math.max(now, month.from), month.to)
  return computePortCost(sold, month, until).plus(computeDataCost(toDate.hours, sold, gb.bytes))
}

/**
 * Returns the offer that differs from the current offer only by the given plan (metered or unlimited). If the current
 * tier is Local, the tier of the result is Standard. Returns null if that offer has no price. For a circuit on
 * ExpressRoute Direct, also returns null if the plan is not the current one, because the port decides the plan.
 */
function samePlaceOn(
  { sheet }: OverriddenPrices,
  current: PricedOffer,
  plan: 'metered' | 'unlimited',
  direct: boolean,
): PricedOffer | null {
  if (current.plan === plan) return current
  if (direct) return null
  const tier = current.tier === 'Local' ? 'Standard' : current.tier
  const quoting = quoteOffer(sheet, current.zone, { plan, tier, bandwidthMbps: current.bandwidthMbps })
  return quoting.ok && quoting.quote.currency === current.currency ? quoting.quote : null
}

function readingDifference(current: PricedOffer, bytes: bigint, { gb }: CostContext): Decimal {
  const at = (reading: number) =>
    computeCostPercentiles({ ...current, port: ZERO_AMOUNT }, { p10: bytes, p50: bytes, p90: bytes }, reading).p50
  return at(getOtherGbSize(gb)).minus(at(gb.bytes))
}

function monthsAhead(
  { traffic }: Parts,
  { month, anchor, now }: CostContext,
): { name: string; bytes: ForecastPercentiles<bigint> }[] {
  if (traffic.trend.weeks === 0) return []
  return Array.from({ length: MONTHS_AHEAD }, (_, i) => addBillingMonths(month, i + 1, anchor)).map((ahead) => ({
    name: ahead.name,
    bytes: forecastFutureMonth(traffic.trend, ahead, now),
  }))
}
