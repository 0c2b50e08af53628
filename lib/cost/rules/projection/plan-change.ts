import {
  checkBandwidthInPlace,
  checkBandwidthSoldByProvider,
  checkPlanInPlace,
  normalizeRegionName,
} from '#lib/contract/index.ts'
import type { CostChangeMethod, CostHindrance } from '../../api/index.ts'
import type { CircuitOffer } from '../prices/quote-offer.ts'
import { type CarriedTraffic, formatCarriedTraffic } from './carried-traffic.ts'
import type { CircuitProjectionInput } from './circuit-input.ts'
import { formatMovedTraffic } from './failover-traffic.ts'

/** Facts about a circuit that decide whether it can change to an offer. */
export interface PlanChangeInput
  extends Pick<
    CircuitProjectionInput,
    'premiumNeeds' | 'microsoft365' | 'offeredMbps' | 'linkedRegions' | 'globalReach' | 'provider' | 'takeOver'
  > {
  /** Azure regions that a Local circuit at this circuit's peering location can reach; null = unknown. */
  localRegions: readonly string[] | null
  /** Traffic of the circuit in the last 30 days; null = too little of it is known. */
  carried: CarriedTraffic | null
  /**
   * Maximum share of one path's bandwidth that the traffic of both paths may use, so that one path may fail. It is the
   * setting `capacity.n1`.
   */
  pathShare: number
}

/**
 * A reason against changing to an offer. A `refusal` excludes the offer. A `question` must be answered first. If its
 * `ask` is null, only more data can answer it.
 */
type Hindrance = CostHindrance

export interface PlanChange {
  change: CostChangeMethod
  /** Texts of all hindrances. */
  blockedBy: string[]
  hindrances: readonly Hindrance[]
  /** True if the change cannot be undone in place, so that only a new circuit leads back. */
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
 * Returns the reasons against a tier other than Premium. Microsoft 365 needs Premium, whatever tier the circuit has now
 * (ExpressRoute circuit peerings, route filters). The other reasons apply only to a circuit that has Premium now.
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
 * Returns the reasons against another bandwidth: the provider does not offer it, or the port must have capacity for it.
 * Source: Azure Network REST, ExpressRouteServiceProvider, `bandwidthsOffered`.
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
 * Returns the reasons against an offer that result from the circuit's own traffic. One path must be able to carry the
 * traffic of both paths. A smaller bandwidth that is not sufficient is refused. For the current or a larger bandwidth
 * that is not sufficient, a question is added instead.
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
 * Returns the reasons against an offer that result from traffic which moves to the circuit after a failure elsewhere.
 * This traffic must fit, too. While it is unknown, a smaller bandwidth is not recommended.
 */
function takeOverBlocks(from: CircuitOffer, to: CircuitOffer, { takeOver }: PlanChangeInput): Hindrance[] {
  const share = (bits: number) => bits / (to.bandwidthMbps * 1e6)
  const over = takeOver?.losses.find(({ atMostBitsPerSecond: bits }) => bits !== null && share(bits) > 1)
  const overLabels =
    over &&
    `${formatMovedTraffic(over)}, ${share(over.atMostBitsPerSecond ?? 0).toFixed(2)} of ${to.bandwidthMbps} Mb/s`
  if (to.bandwidthMbps >= from.bandwidthMbps)
    // the current bandwidth is already too small, so the user must decide about the size before changing to a less
    // expensive offer of this size
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
