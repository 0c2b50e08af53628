import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import {
  setTrafficRiseFactors,
  getBillingMonth,
  CALENDAR_MONTH_START,
  type CircuitProjectionInput,
  type CostContext,
  computeCostAtBytes,
  formatOfferKey,
  type PriceOverride,
  projectCircuit,
  type PricedOffer,
  quoteOffer,
  loadShippedPrices,
  type FailoverTraffic,
  type UsageHour,
  computeCarriedTraffic,
} from '#lib/cost/rules/index.ts'

import {
  SIMULATED_YEAR_END_MS,
  type AdviceEstate,
  busierRateMbps,
  convertHourlyBytesToMbps,
  type SimulatedCircuitWithUsage,
} from './estates.ts'
import { type CapacityOutgrowthCause, findOutgrowthCause, countHoursAbove } from './outgrown.ts'

const GB = 1_000_000_000
const SHEET = loadShippedPrices()
/**
 * Evaluated months (zero-based: June to December). The advice for each is computed in the middle of the month before.
 */
const MONTHS = [5, 6, 7, 8, 9, 10, 11]

/**
 * Result of comparing a forecast band with the actual month (`held`), and the hit rate that the advice reported for
 * such bands (`said`).
 */
export interface ForecastRangeCheck {
  said: number | null
  held: boolean
}

/** Result of following the advice for an estate. */
export interface FollowedAdviceResult {
  cost: { never: number; followed: number; best: number }
  changes: number
  losers: number
  /**
   * Reasons why a reduced bandwidth was too small, one for each affected circuit: its own traffic later exceeded the
   * bandwidth of one path (`above`), or it could not have carried the traffic of the other circuit in addition to its
   * own (`overTaken`).
   */
  above: CapacityOutgrowthCause[]
  overTaken: CapacityOutgrowthCause[]
  /**
   * For each circuit in `above`, the number of hours in which its traffic exceeded the bandwidth of one path. Hours are
   * counted for one week after the first such hour, because the operator restores the old bandwidth then.
   */
  hoursAbove: number[]
  stranded: number
  checks: ForecastRangeCheck[]
}

/** Follows the advice for both circuits of an estate through its year. */
export function simulateYearOfFollowedAdvice({ members }: AdviceEstate): FollowedAdviceResult {
  const own = members.map((member, i) => followOne(member, members[1 - i] as SimulatedCircuitWithUsage))
  const sum = (of: (one: (typeof own)[number]) => number) => own.reduce((total, one) => total + of(one), 0)
  return {
    cost: { never: sum((one) => one.never), followed: sum((one) => one.followed), best: sum((one) => one.best) },
    changes: sum((one) => one.changes),
    losers: own.filter((one) => one.followed > one.never + 1).length,
    above: own.flatMap(({ above }) => above ?? []),
    overTaken: own.flatMap(({ overTaken }) => overTaken ?? []),
    hoursAbove: own.flatMap((one) => (one.above ? one.hoursAbove : [])),
    stranded: own.filter((one) => one.isStranded).length,
    checks: own.flatMap(({ checks }) => checks),
  }
}

const monthsOf = () => MONTHS.map((month) => ({ from: Date.UTC(2026, month, 1), to: Date.UTC(2026, month + 1, 1) }))

function followOne(member: SimulatedCircuitWithUsage, other: SimulatedCircuitWithUsage) {
  const start = quoteOf({
    plan: member.family === 'MeteredData' ? 'metered' : 'unlimited',
    tier: member.tier,
    bandwidthMbps: member.bandwidthMbps,
  })
  let now = start
  let [followed, never, changes] = [0, 0, 0]
  const checks: ForecastRangeCheck[] = []
  let [above, overTaken, isStranded, madeAt, since]: [
    CapacityOutgrowthCause | null,
    CapacityOutgrowthCause | null,
    boolean,
    number,
    number,
  ] = [null, null, false, 0, 0]
  for (const { from, to } of monthsOf()) {
    const asked = from - 15 * MS_PER_DAY
    const projection = projectCircuit(inputOf(member, other, now, asked), frameOf(member, asked))
    checks.push(...checkOf(projection, member, asked))
    const { action, to: offer } = projection.recommendation
    if (action === 'switch' && offer) {
      const next = quoteOf(offer)
      const isNew = next.bandwidthMbps < now.bandwidthMbps || (now.plan !== 'metered' && next.plan === 'metered')
      if (isNew) followed += next.port.toNumber() / 2
      changes += 1
      if (next.bandwidthMbps < now.bandwidthMbps) madeAt = asked
      now = next
    }
    const hours = member.hours.filter((hour) => hour.start >= from && hour.start < to)
    const bytes = hours.reduce((sum, { bytesOut }) => sum + (bytesOut ?? 0n), 0n)
    never += computeCostAtBytes(start, bytes, GB).toNumber()
    followed += computeCostAtBytes(now, bytes, GB).toNumber()
    if (now.bandwidthMbps < start.bandwidthMbps) {
      const mbps = now.bandwidthMbps
      const isFull = (own: readonly UsageHour[]) =>
        own.some((hour) => hour.start >= from && hour.start < to && busierRateMbps(hour) > mbps)
      const isOver = (own: readonly UsageHour[], others: readonly UsageHour[]) =>
        takenMbps(own, others, from, to) > mbps
      if (!above && (above = findOutgrowthCause(member, other, madeAt, isFull)))
        since = countHoursAbove(member.hours, from, mbps)
      overTaken ??= findOutgrowthCause(member, other, madeAt, isOver)
    }
    isStranded ||= now.plan === 'local' && member.linkedRegions.length > 1
  }
  return {
    followed,
    never,
    best: bestOf(member, other, start),
    changes,
    checks,
    above,
    overTaken,
    isStranded,
    hoursAbove: since,
  }
}

/**
 * Returns the lowest cost for all seven months if one offer is kept throughout. Only offers are considered that could
 * carry the circuit's actual traffic and, in a failover, the traffic of both circuits.
 */
function bestOf(member: SimulatedCircuitWithUsage, other: SimulatedCircuitWithUsage, start: PricedOffer): number {
  const [first, last] = [monthsOf()[0], monthsOf().at(-1)]
  if (!first || !last) throw new Error('there are months')
  const hours = member.hours.filter((hour) => hour.start >= first.from && hour.start < last.to)
  const bytes = hours.reduce((sum, { bytesOut }) => sum + (bytesOut ?? 0n), 0n)
  const most = Math.max(...hours.map(busierRateMbps), takenMbps(member.hours, other.hours, first.from, last.to))
  const sold = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000].flatMap((bandwidthMbps) => [
    { plan: 'metered', tier: member.tier, bandwidthMbps } as const,
    { plan: 'unlimited', tier: member.tier, bandwidthMbps } as const,
    ...(bandwidthMbps >= 1_000 && member.tier === 'Standard' && member.linkedRegions.length === 1
      ? [{ plan: 'local', tier: 'Local', bandwidthMbps } as const]
      : []),
  ])
  const costs = sold.flatMap((offer) => {
    const isSmaller = offer.bandwidthMbps < start.bandwidthMbps
    if (isSmaller && most > offer.bandwidthMbps) return []
    const own = quoteOf(offer)
    const isNew = isSmaller || (start.plan !== 'metered' && own.plan === 'metered')
    const ports = own.port.times(MONTHS.length).plus(isNew ? own.port.dividedBy(2) : 0)
    return formatOfferKey(offer) === formatOfferKey(start) || own
      ? [computeCostAtBytes(own, bytes, GB).minus(own.port).plus(ports).toNumber()]
      : []
  })
  return Math.min(...costs)
}

/** Returns the 95th percentile of the hourly traffic of both circuits together, in the busier direction, in Mb/s. */
function takenMbps(
  own: readonly UsageHour[],
  others: readonly UsageHour[],
  from: number,
  to: number,
  directions: readonly ('in' | 'out')[] = ['in', 'out'],
): number {
  const both = own.flatMap((hour, i) => {
    const more = others[i]
    if (hour.start < from || hour.start >= to || !more) return []
    const together = {
      in: convertHourlyBytesToMbps(hour.bytesIn) + convertHourlyBytesToMbps(more.bytesIn),
      out: convertHourlyBytesToMbps(hour.bytesOut) + convertHourlyBytesToMbps(more.bytesOut),
    }
    return Math.max(...directions.map((one) => together[one]))
  })
  const sorted = both.toSorted((a, b) => a - b)
  return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0
}

function quoteOf(offer: Pick<PricedOffer, 'plan' | 'tier' | 'bandwidthMbps'>): PricedOffer {
  const quoting = quoteOffer(SHEET, 'Zone 1', offer)
  if (!quoting.ok) throw new Error(quoting.why)
  return quoting.quote
}

function inputOf(
  member: SimulatedCircuitWithUsage,
  other: SimulatedCircuitWithUsage,
  sold: PricedOffer,
  at: number,
): CircuitProjectionInput {
  const before = ({ hours: all }: SimulatedCircuitWithUsage) =>
    all.filter(({ start }) => start < at && start >= at - 200 * MS_PER_DAY)
  const riseOf = (one: SimulatedCircuitWithUsage) =>
    computeCarriedTraffic({ hours: before(one), unplaced: [], globalReach: null, bandwidthMbps: null }, at)?.rise ??
    null
  const rises = new Map([member, other].map((one) => [one.name, riseOf(one)]))
  const taken: FailoverTraffic = setTrafficRiseFactors(
    {
      at,
      isUnsure: false,
      losses: (['in', 'out'] as const).map((direction) => ({
        term: other.name,
        name: other.name,
        path: 'primary',
        direction,
        atMostBitsPerSecond: takenMbps(member.hours, other.hours, at - 30 * MS_PER_DAY, at, [direction]) * 1e6,
        circuits: [other.name],
        rise: null,
      })),
    },
    member.name,
    rises,
  )
  return {
    circuitId: member.name,
    name: member.name,
    resourceId: '',
    configured: [
      {
        from: 0,
        to: null,
        facts: {
          tier: sold.tier,
          family: sold.plan === 'metered' ? 'MeteredData' : 'UnlimitedData',
          bandwidthMbps: sold.bandwidthMbps,
          peeringLocation: 'London',
          direct: false,
          cloud: 'public',
        },
      },
    ],
    usage: {
      hours: before(member),
      unplaced: [],
      globalReach: null,
      bandwidthMbps: sold.bandwidthMbps,
      busiestFiveMinutes: { mbps: 0, coveredSeconds: 30 * 86_400 },
    },
    premiumNeeds: ['it does'],
    microsoft365: false,
    offeredMbps: null,
    linkedRegions: member.linkedRegions,
    globalReach: false,
    provider: null,
    takeOver: taken,
  }
}

function frameOf(member: SimulatedCircuitWithUsage, at: number): CostContext {
  const signed = { circuitIds: null, from: 0, until: null, by: 'bench', at: 0, why: 'bench', currency: 'USD' }
  const overrides: PriceOverride[] = member.isDeclared
    ? (['provider_l2', 'cross_connect'] as const).map((charge) => {
        return { ...signed, id: charge, kind: 'charge', charge, name: charge, monthly: '0', once: '0', contractEnds: 0 }
      })
    : []
  return {
    now: at,
    month: getBillingMonth(at),
    anchor: CALENDAR_MONTH_START,
    sheet: SHEET,
    overrides,
    gb: { bytes: GB, calibrated: true },
    limits: { 'capacity.n1': 1, 'saving.least': 500 },
  }
}

function checkOf(
  { forecast, pastError }: ReturnType<typeof projectCircuit>,
  member: SimulatedCircuitWithUsage,
  at: number,
): ForecastRangeCheck[] {
  const month = getBillingMonth(at)
  if (!forecast || month.to > SIMULATED_YEAR_END_MS) return []
  const truth = member.hours
    .filter(({ start }) => start >= month.from && start < month.to)
    .reduce((sum, { bytesOut }) => sum + (bytesOut ?? 0n), 0n)
  return [{ said: pastError.bandHeld, held: BigInt(forecast.p10) <= truth && truth <= BigInt(forecast.p90) }]
}
