import { memoizePerObject } from '#lib/bgp/memoize.ts'
import type { CostCurve, CostPlan, CostProjection } from '../../api/index.ts'
import { roundToCents, Decimal, ZERO_AMOUNT } from '../money.ts'

/** The monthly cost of one plan as a linear function of the bytes: a fixed amount plus an amount for each byte. */
interface PlanLine {
  plan: CostPlan
  fixed: Decimal
  perByte: Decimal
}

const costOn = ({ fixed, perByte }: PlanLine, bytes: bigint): Decimal =>
  perByte.isZero() ? fixed : fixed.plus(perByte.times(String(bytes)))

/**
 * Maximum ratio between the break-even and the bytes of the month at which the chart shows the break-even. With a
 * larger ratio, the bytes of the month would be in a very small part of the chart.
 */
const MAX_REACH = 12
const STEPS = 60

/**
 * Returns the points of a chart of the monthly cost by the number of billed bytes, for the current plan and the other
 * available plans. Metered is left out if its price per byte cannot be derived from the projection. Returns null if
 * Unlimited has no price, or if fewer than two plans remain.
 */
export const computeCostCurve = memoizePerObject((projection: CostProjection): CostCurve | null => {
  const { billedBytesToDate: today, forecast, breakEvenBytes: even, unlimited, plan: own } = projection
  const lines = planLines(projection)
  const current = lines.find(({ plan }) => plan === own)
  if (lines.length < 2 || !unlimited) return null
  const reach = Decimal.max(today, forecast?.p90 ?? 0)
  const isNear = even !== null && reach.times(MAX_REACH).greaterThanOrEqualTo(even)
  const most = wholeBytes(Decimal.max(1, isNear ? Decimal.max(even, reach).times(1.15) : reach.times(1.5)))
  const marked = [today, forecast?.p10, forecast?.p50, forecast?.p90, even].flatMap((bytes) => bytes ?? []).map(BigInt)
  const steps = Array.from({ length: STEPS + 1 }, (_, step) => (most * BigInt(step)) / BigInt(STEPS))
  const stops = [...new Set([...steps, ...marked, ...crossings(lines)])]
    .filter((bytes) => bytes >= 0n && bytes <= most)
    .toSorted((a, b) => (a < b ? -1 : 1))
  const rows = stops.map((bytes) => lines.map((line) => ({ line, cost: costOn(line, bytes) })))
  return {
    currency: unlimited.currency,
    bytes: stops.map(String),
    plans: lines.map((line, n) => ({
      plan: line.plan,
      current: line === current,
      costs: rows.map((row) => roundToCents(row[n]?.cost ?? ZERO_AMOUNT).toFixed(2)),
    })),
    losses: rows.map((row) => lossIn(row, current)),
    top: roundToCents(Decimal.max(...lines.map((line) => costOn(line, most))).times(1.08)).toFixed(2),
  }
})

/**
 * Returns the additional cost of the current plan compared with the least expensive plan, at one number of bytes; null
 * if it is less than a cent.
 */
function lossIn(
  row: readonly { line: PlanLine; cost: Decimal }[],
  current: PlanLine | undefined,
): CostCurve['losses'][number] {
  const own = row.find(({ line }) => line === current)
  const cheapest = row.reduce((best, one) => (one.cost.lessThan(best.cost) ? one : best))
  const amount = own?.cost.minus(cheapest.cost)
  return amount?.greaterThanOrEqualTo('0.01')
    ? { amount: roundToCents(amount).toFixed(2), than: cheapest.line.plan }
    : null
}

function planLines(projection: CostProjection): PlanLine[] {
  const { tier, bandwidthMbps, options, unlimited } = projection
  const metered = meteredLine(projection)
  const local = options.find((one) => one.plan === 'local' && one.bandwidthMbps === bandwidthMbps)
  const isOpen = local !== undefined && (local.current || local.change !== 'impossible') && tier !== 'Premium'
  const flat = (plan: CostPlan, amount: string) => ({ plan, fixed: new Decimal(amount), perByte: ZERO_AMOUNT })
  return [
    ...(metered ? [metered] : []),
    ...(unlimited ? [flat('unlimited', unlimited.amount)] : []),
    ...(isOpen ? [flat('local', local.p50.amount)] : []),
  ]
}

/**
 * Returns the cost of Metered as a linear function through two known points. They are the likely cost of the month, and
 * of the other known points the one that is farthest from it. With a large distance, the rounding of amounts to cents
 * has little effect. Unit prices cannot be used, because a published review contains only amounts.
 */
function meteredLine({ metered, forecast, unlimited, breakEvenBytes }: CostProjection): PlanLine | null {
  if (!metered || !forecast) return null
  const pointOf = (bytes: string, { amount }: { amount: string }) => ({
    bytes: new Decimal(bytes),
    cost: new Decimal(amount),
  })
  const here = pointOf(forecast.p50, metered.p50)
  const distance = (point: typeof here) => point.bytes.minus(here.bytes).abs()
  const [other] = [
    pointOf(forecast.p10, metered.p10),
    pointOf(forecast.p90, metered.p90),
    ...(breakEvenBytes !== null && unlimited ? [pointOf(breakEvenBytes, unlimited)] : []),
  ].toSorted((a, b) => distance(b).comparedTo(distance(a)))
  if (!other || distance(other).isZero()) return null
  const perByte = other.cost.minus(here.cost).dividedBy(other.bytes.minus(here.bytes))
  return { plan: 'metered', perByte, fixed: here.cost.minus(perByte.times(here.bytes)) }
}

/** Returns the numbers of bytes at which two of the plans cost the same. */
const crossings = (lines: readonly PlanLine[]): bigint[] =>
  lines.flatMap((a, index) =>
    lines
      .slice(index + 1)
      .filter((b) => !a.perByte.equals(b.perByte))
      .map((b) => wholeBytes(b.fixed.minus(a.fixed).dividedBy(a.perByte.minus(b.perByte)))),
  )

const wholeBytes = (bytes: Decimal): bigint => BigInt(bytes.toFixed(0))
