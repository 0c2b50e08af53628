import type { CostPlan, CostProjection } from '#lib/cost/api/index.ts'

/** What a month costs on one plan: an amount, and more with each byte. In the currency of the projection. */
interface PlanLine {
  plan: CostPlan
  isCurrent: boolean
  fixed: number
  perByte: number
}

export const costOn = ({ fixed, perByte }: PlanLine, bytes: number): number => fixed + perByte * bytes

export interface CostCurve {
  currency: string
  plans: PlanLine[]
  /** measured so far */
  today: number
  /** bytes at the month's end; null = too early */
  end: { p10: number; p50: number; p90: number } | null
  breakEven: number | null
  /** right edge and top of the chart */
  most: { bytes: number; cost: number }
  /** of the crosshair and the lines: evenly over the chart, and all that is marked in it, in order */
  bytes: number[]
}

/** A break-even so many times farther than the month will come leaves no room for the month: it is then stated in text only. */
const FARTHEST = 12
const STEPS = 60

/**
 * The cost of a month over its billable bytes, on the plans that the circuit has and could have: metered, unlimited, and Local where it is
 * possible. Null where no price list has both, or nothing has a slope.
 */
export function costCurve(projection: CostProjection): CostCurve | null {
  const { billedBytesToDate, forecast, breakEvenBytes, unlimited } = projection
  const plans = planLines(projection)
  if (plans.length < 2 || !unlimited) return null
  const today = Number(billedBytesToDate)
  const end = forecast && { p10: Number(forecast.p10), p50: Number(forecast.p50), p90: Number(forecast.p90) }
  const breakEven = breakEvenBytes === null ? null : Number(breakEvenBytes)
  const reach = Math.max(today, end?.p90 ?? 0)
  const isNear = breakEven !== null && breakEven <= FARTHEST * reach
  const most = Math.max(1, isNear ? Math.max(breakEven, reach) * 1.15 : reach * 1.5)
  const cost = Math.max(...plans.map((plan) => costOn(plan, most))) * 1.08
  const marked = [today, end?.p10, end?.p50, end?.p90, breakEven, ...crossings(plans)]
  const even = Array.from({ length: STEPS + 1 }, (_, step) => (most * step) / STEPS)
  const known = marked.filter((one) => one !== undefined && one !== null && one >= 0 && one <= most) as number[]
  const bytes = [...new Set([...even, ...known])].sort((a, b) => a - b)
  return { currency: unlimited.currency, plans, today, end, breakEven, most: { bytes: most, cost }, bytes }
}

/** @param projection metered costs of three amounts of bytes, and of the break-even what unlimited costs */
function planLines(projection: CostProjection): PlanLine[] {
  const { plan, tier, bandwidthMbps, options, unlimited } = projection
  const metered = meteredLine(projection)
  const local = options.find((one) => one.plan === 'local' && one.bandwidthMbps === bandwidthMbps)
  const isOpen = local !== undefined && (local.current || local.change !== 'impossible') && tier !== 'Premium'
  const flat = (name: CostPlan, amount: string) => ({
    plan: name,
    isCurrent: plan === name,
    fixed: Number(amount),
    perByte: 0,
  })
  return [
    ...(metered ? [{ plan: 'metered' as const, isCurrent: plan === 'metered', ...metered }] : []),
    ...(unlimited ? [flat('unlimited', unlimited.amount)] : []),
    ...(isOpen ? [flat('local', local.p50.amount)] : []),
  ]
}

/** Through the likely month and the farthest other point that is known: rounded cents weigh least over the longest distance. */
function meteredLine({
  metered,
  forecast,
  unlimited,
  breakEvenBytes,
}: CostProjection): Pick<PlanLine, 'fixed' | 'perByte'> | null {
  if (!metered || !forecast) return null
  const here = { bytes: Number(forecast.p50), cost: Number(metered.p50.amount) }
  const others = [
    { bytes: Number(forecast.p10), cost: Number(metered.p10.amount) },
    { bytes: Number(forecast.p90), cost: Number(metered.p90.amount) },
    ...(breakEvenBytes !== null && unlimited
      ? [{ bytes: Number(breakEvenBytes), cost: Number(unlimited.amount) }]
      : []),
  ]
  const distance = ({ bytes }: { bytes: number }) => Math.abs(bytes - here.bytes)
  const [other] = others.toSorted((a, b) => distance(b) - distance(a))
  if (!other || distance(other) === 0) return null
  const perByte = (other.cost - here.cost) / (other.bytes - here.bytes)
  return { perByte, fixed: here.cost - perByte * here.bytes }
}

/** Bytes at which two plans cost the same. */
function crossings(plans: readonly PlanLine[]): number[] {
  return plans.flatMap((a, index) =>
    plans
      .slice(index + 1)
      .flatMap((b) => (a.perByte === b.perByte ? [] : [(b.fixed - a.fixed) / (a.perByte - b.perByte)])),
  )
}

/** What the current plan costs more than the cheapest one, and which that is; null = it is the cheapest, or not among them. */
export function lossAt({ plans }: CostCurve, bytes: number): { amount: number; cheapest: PlanLine } | null {
  const current = plans.find(({ isCurrent }) => isCurrent)
  const [cheapest] = plans.toSorted((a, b) => costOn(a, bytes) - costOn(b, bytes))
  if (!current || !cheapest || cheapest === current) return null
  const amount = costOn(current, bytes) - costOn(cheapest, bytes)
  return amount < A_CENT ? null : { amount, cheapest }
}

const A_CENT = 0.01

/** One place of the chart. `loss` is the range between the cheapest plan and the current one; without width where it is that one. */
type CurvePoint = { x: number; loss: [number, number] } & Partial<Record<CostPlan, number>>

export function curvePoints(curve: CostCurve): CurvePoint[] {
  const current = curve.plans.find(({ isCurrent }) => isCurrent)
  return curve.bytes.map((x) => {
    const costs = curve.plans.map((plan) => costOn(plan, x))
    const cheapest = Math.min(...costs)
    return {
      x,
      loss: [cheapest, current ? costOn(current, x) : cheapest],
      ...Object.fromEntries(curve.plans.map(({ plan }, index) => [plan, costs[index]])),
    }
  })
}
