import {
  checkBandwidthInPlace,
  checkBandwidthSoldByProvider,
  checkPlanInPlace,
  normalizeRegionName,
} from '#lib/contract/index.ts'
import type { CostChangeMethod, CostHindrance } from '../../api/index.ts'
import type { CircuitOffer } from '../prices/quote-offer.ts'
import { type RecentCircuitTraffic, formatCarriedTraffic } from './carried-traffic.ts'
import type { CircuitProjectionInput } from './circuit-input.ts'
import { formatMovedTraffic } from './failover-traffic.ts'

/** Facts about a circuit that decide whether it can change to an offer. */
export interface PlanChangeInput
  extends Pick<
    CircuitProjectionInput,
    'premiumNeeds' | 'microsoft365' | 'offeredMbps' | 'linkedRegions' | 'globalReach' | 'provider' | 'takeOver'
  > {
  /** Azure regions that a circuit of the tier Local at this circuit's peering location could reach; null = unknown */
  localRegions: readonly string[] | null
  /** Traffic of the circuit in the last 30 days; null = too little of it is known. */
  carried: RecentCircuitTraffic | null
  /**
   * Maximum share of one path's bandwidth that the traffic of both paths together may use. If it is kept, one path can
   * fail without loss of traffic. It is the setting `capacity.n1`.
   */
  pathShare: number
}

/**
 * A reason against a change to an offer. A `refusal` excludes the offer. A `question` must be answered first. If the
 * field `ask` of a question is null, only more measured data can answer it.
 */
type Hindrance = CostHindrance

export interface PlanChange {
  change: CostChangeMethod
  /** Texts of all hindrances. */
  blockedBy: string[]
  hindrances: readonly Hindrance[]
  /** true if the change can be undone only by ordering a new circuit */
  oneWay: boolean
}

/**
 * Determines how a circuit changes from one offer to another: in place, by a new circuit, or not at all.
 * - Metered to Unlimited is possible in place. The way back needs a new circuit (how-to pages since 2016).
 * - A higher bandwidth is possible in place if the port has capacity. A lower bandwidth needs a new circuit
 * (ExpressRoute FAQ).
 * - Standard to Premium and back is possible in place. The way back fails while the circuit exceeds a limit of Standard
 * (ExpressRoute FAQ).
 * - Local to Standard or Premium Unlimited is possible in place, by CLI or PowerShell (ExpressRoute circuit peerings,
 * allowed changes of SKU). A change from Local to Metered needs a new circuit, because Local is unlimited.
 * - Standard or Premium to Local is possible in place without downtime according to a Microsoft engineer's published
 * lab (dmauser/Lab ExpressRoute/ER-Local). The documentation lists this change neither as allowed nor as unsupported.
 */
export function judgePlanChange(from: CircuitOffer, to: CircuitOffer, facts: PlanChangeInput): PlanChange {
  const hindrances = [
    ...premiumBlocks(from, to, facts),
    ...localBlocks(to, facts),
    ...offerBlocks(from, to, facts),
    ...speedBlocks(from, to, facts),
    ...takeOverBlocks(from, to, facts),
  ]
  const isImpossible = hindrances.some(({ kind }) => kind === 'refusal')
  return {
    change: isImpossible ? 'impossible' : doesChangeNeedNewCircuit(from, to) ? 'new_circuit' : 'in_place',
    blockedBy: hindrances.map(({ words }) => words),
    hindrances,
    oneWay: doesChangeNeedNewCircuit(to, from),
  }
}

/** Reports whether a change needs a new circuit, because the plan or the bandwidth cannot be changed in place. */
export const doesChangeNeedNewCircuit = (from: CircuitOffer, to: CircuitOffer): boolean =>
  [checkPlanInPlace(from.plan, to.plan), checkBandwidthInPlace(from.bandwidthMbps, to.bandwidthMbps)].some(
    ({ is }) => is === 'refused',
  )

const refusal = (words: string): Hindrance => ({ kind: 'refusal', words, ask: null })
const question = (words: string, ask: string | null): Hindrance => ({ kind: 'question', words, ask })

/**
 * Returns the reasons against an offer whose tier is not Premium. Microsoft 365 needs Premium, whatever the current
 * tier of the circuit is (ExpressRoute circuit peerings, route filters). The other reasons apply only to a circuit
 * whose current tier is Premium.
 */
function premiumBlocks(
  from: CircuitOffer,
  to: CircuitOffer,
  { premiumNeeds, microsoft365 }: PlanChangeInput,
): Hindrance[] {
  if (to.tier === 'Premium') return []
  const ofMicrosoft365 = microsoft365 ? [refusal('Microsoft 365, in its route filter, needs Premium')] : []
  if (from.tier !== 'Premium') return ofMicrosoft365
  const isKnown = premiumNeeds !== null && microsoft365 !== null
  return [
    ...ofMicrosoft365,
    ...(premiumNeeds ?? []).map(refusal),
    ...(isKnown
      ? []
      : [question('whether anything needs Premium is not known', 'Find out whether anything needs Premium')]),
  ]
}

function localBlocks(to: CircuitOffer, { localRegions, linkedRegions, globalReach }: PlanChangeInput): Hindrance[] {
  if (to.plan !== 'local') return []
  const blocks = reachBlocks(globalReach)
  if (localRegions === null || linkedRegions === null) {
    const what = localRegions === null ? 'which regions Local reaches from here' : 'which regions it is linked to'
    return [...blocks, question(`eligibility unknown: ${what} is not known`, `Find out ${what}`)]
  }
  const reached = new Set(localRegions.map(normalizeRegionName))
  const beyond = linkedRegions.filter((region) => !reached.has(normalizeRegionName(region)))
  return [
    ...blocks,
    ...beyond.map((region) => refusal(`it is linked to ${region}, which Local does not reach from here`)),
  ]
}

function reachBlocks(globalReach: boolean | null): Hindrance[] {
  if (globalReach === null)
    return [
      question('eligibility unknown: whether Global Reach is on is not known', 'Find out whether Global Reach is on'),
    ]
  return globalReach ? [refusal('Global Reach is not available on Local')] : []
}

export const formatProvider = (provider: string | null): string => provider ?? 'the provider'

/**
 * Returns the reasons against an offer with another bandwidth: the provider may not offer it, and for a higher
 * bandwidth the port must have enough capacity. Source: Azure Network REST, ExpressRouteServiceProvider,
 * `bandwidthsOffered`.
 */
function offerBlocks(from: CircuitOffer, to: CircuitOffer, { offeredMbps, provider }: PlanChangeInput): Hindrance[] {
  if (to.bandwidthMbps === from.bandwidthMbps) return []
  const offer = checkBandwidthSoldByProvider(from.bandwidthMbps, to.bandwidthMbps, offeredMbps)
  if (offer.is === 'refused') return [refusal(offer.why)]
  return to.bandwidthMbps > from.bandwidthMbps
    ? [
        question(
          "only while the provider's port has room",
          `Ask ${formatProvider(provider)} for room on the port, and what it charges for ${to.bandwidthMbps} Mb/s`,
        ),
      ]
    : []
}

/**
 * Returns the reasons against an offer that follow from the circuit's own traffic, because one path must be able to
 * carry the traffic of both paths. If the bandwidth is too small for this, an offer with a smaller bandwidth than the
 * current one is refused. For an offer with the current or a larger bandwidth, a question is returned instead.
 */
function speedBlocks(from: CircuitOffer, to: CircuitOffer, { carried, pathShare }: PlanChangeInput): Hindrance[] {
  const isSmaller = to.bandwidthMbps < from.bandwidthMbps
  if (carried === null) {
    return isSmaller
      ? [question('its traffic in both directions is known for too little of the last 30 days', null)]
      : []
  }
  const room = to.bandwidthMbps * pathShare
  const most = Math.max(carried.busiestHourMbps, carried.peakMbps ?? 0)
  const words = `it carries ${formatCarriedTraffic(carried)}, and one path of it has ${to.bandwidthMbps}`
  if (isSmaller) {
    if (most > room) return [refusal(words)]
    if (carried.pastHourMbps > room) {
      const past = Math.ceil(carried.pastHourMbps)
      return [
        refusal(
          `it carried ${past} Mb/s in its busiest hour of half a year, and one path of it has ${to.bandwidthMbps}`,
        ),
      ]
    }
    const grown = Math.ceil(most * carried.growth)
    if (grown > room)
      return [
        refusal(
          `it grows: at this pace it carries ${grown} Mb/s in a year, and one path of it has ${to.bandwidthMbps}`,
        ),
      ]
    return carried.peakMbps === null ? [question('its traffic in five minutes is not known', null)] : []
  }
  return carried.busiestHourMbps > room
    ? [question(words, `Decide first whether ${to.bandwidthMbps} Mb/s is enough`)]
    : []
}

/**
 * Returns the reasons against an offer that follow from traffic which moves to the circuit if something else fails. The
 * offer must have enough bandwidth for this traffic as well. While the traffic is unknown, no smaller bandwidth is
 * recommended.
 */
function takeOverBlocks(from: CircuitOffer, to: CircuitOffer, { takeOver }: PlanChangeInput): Hindrance[] {
  const share = (bits: number) => bits / (to.bandwidthMbps * 1e6)
  const over = takeOver?.losses.find(({ atMostBitsPerSecond: bits }) => bits !== null && share(bits) > 1)
  const overLabels =
    over &&
    `${formatMovedTraffic(over)}, ${share(over.atMostBitsPerSecond ?? 0).toFixed(2)} of ${to.bandwidthMbps} Mb/s`
  if (to.bandwidthMbps >= from.bandwidthMbps)
    // If the offer has the current bandwidth, this bandwidth is already too small. The user must first decide about the
    // bandwidth, even if the offer is less expensive.
    return overLabels ? [question(overLabels, `Decide first whether ${to.bandwidthMbps} Mb/s is enough`)] : []
  if (overLabels) return [refusal(overLabels)]
  if (takeOver === null) return [question('the traffic that it must take over from others is not calculated yet', null)]
  const later = takeOver.losses.find(({ atMostBitsPerSecond: bits, rise }) => share((bits ?? 0) * (rise ?? 1)) > 1)
  if (later) {
    const mbps = Math.ceil(((later.atMostBitsPerSecond ?? 0) * (later.rise ?? 1)) / 1e6)
    return [refusal(`${formatMovedTraffic(later)}; by its busiest month and its growth ${mbps} within a year`)]
  }
  const unknown = takeOver.losses.find(({ atMostBitsPerSecond }) => atMostBitsPerSecond === null)
  if (unknown) return [question(formatMovedTraffic(unknown), null)]
  if (takeOver.losses.some(({ rise }) => rise === null))
    return [question('the growth of the traffic that it must take over is not calculated yet', null)]
  return takeOver.isUnsure ? [question('the path of some prefixes after a loss is not known', null)] : []
}
