import type { CostChange } from '#lib/contract/index.ts'
import type { Offer } from '../prices/quote.ts'
import type { CircuitInput } from './circuit-input.ts'

/** What is known of a circuit that decides which offers it could take. */
export interface ChangeFacts
  extends Pick<CircuitInput, 'premiumNeeds' | 'microsoft365' | 'offeredMbps' | 'linkedRegions' | 'globalReach'> {
  /** regions that a Local circuit reaches from its peering location; null = not known */
  localRegions: readonly string[] | null
  /** what 95 of 100 hours of the last 30 days stayed under over both paths, which one path carries alone when the other fails, Mbit/s; null = not known */
  p95Mbps: number | null
}

export interface Change {
  change: CostChange
  /** what prevents it, or is not known to be absent */
  blockedBy: string[]
  /** it cannot be reversed in place */
  oneWay: boolean
}

/**
 * How a circuit gets from one offer to another.
 * - Metered to Unlimited in place, back only as a new circuit (how-to pages since 2016).
 * - Bandwidth up in place where the port has room, down only as a new circuit (ExpressRoute FAQ).
 * - Standard to Premium and back in place; back fails while more is used than Standard takes (ExpressRoute FAQ).
 * - Local to Standard and Premium Unlimited in place (ExpressRoute circuit peerings, allowed changes of SKU, by CLI or PowerShell); Standard and
 *   Premium to Local likewise, without downtime (a Microsoft engineer's published lab, dmauser/Lab ExpressRoute/ER-Local): the documentation lists that
 *   neither as allowed nor as unsupported. Local is unlimited: back to metered is a new circuit.
 */
export function changeTo(from: Offer, to: Offer, facts: ChangeFacts): Change {
  const isNew = (from.plan !== 'metered' && to.plan === 'metered') || to.bandwidthMbps < from.bandwidthMbps
  const hindrances = [...premiumBlocks(from, to, facts), ...localBlocks(to, facts), ...bandwidthBlocks(from, to, facts)]
  const isImpossible = hindrances.some(({ hard }) => hard)
  return {
    change: isImpossible ? 'impossible' : isNew ? 'new_circuit' : 'in_place',
    blockedBy: hindrances.map(({ words }) => words),
    oneWay: !isNew && ((from.plan === 'metered' && to.plan !== 'metered') || to.bandwidthMbps > from.bandwidthMbps),
  }
}

interface Hindrance {
  words: string
  hard: boolean
}

/** Microsoft 365 is for Premium alone, wherever the circuit stands today (ExpressRoute circuit peerings, route filters). */
function premiumBlocks(from: Offer, to: Offer, { premiumNeeds, microsoft365 }: ChangeFacts): Hindrance[] {
  if (to.tier === 'Premium') return []
  const ofMicrosoft365 = microsoft365
    ? [{ words: 'Microsoft 365, in its route filter, needs Premium', hard: true }]
    : []
  if (from.tier !== 'Premium') return ofMicrosoft365
  const needs = (premiumNeeds ?? []).map((words) => ({ words, hard: true }))
  const isKnown = premiumNeeds !== null && microsoft365 !== null
  return [
    ...ofMicrosoft365,
    ...needs,
    ...(isKnown ? [] : [{ words: 'whether anything needs Premium is not known', hard: false }]),
  ]
}

function localBlocks(to: Offer, { localRegions, linkedRegions, globalReach }: ChangeFacts): Hindrance[] {
  if (to.plan !== 'local') return []
  const blocks = reachBlocks(globalReach)
  if (localRegions === null || linkedRegions === null) {
    const what = localRegions === null ? 'which regions Local reaches from here' : 'which regions it is linked to'
    return [...blocks, { words: `eligibility unknown: ${what} is not known`, hard: false }]
  }
  const plain = (region: string) => region.toLowerCase().replaceAll(' ', '')
  const reached = new Set(localRegions.map(plain))
  const beyond = linkedRegions.filter((region) => !reached.has(plain(region)))
  return [
    ...blocks,
    ...beyond.map((region) => ({
      words: `it is linked to ${region}, which Local does not reach from here`,
      hard: true,
    })),
  ]
}

function reachBlocks(globalReach: boolean | null): Hindrance[] {
  if (globalReach === null)
    return [{ words: 'eligibility unknown: whether Global Reach is on is not known', hard: false }]
  return globalReach ? [{ words: 'Global Reach is not available on Local', hard: true }] : []
}

/** Source: Azure Network REST, ExpressRouteServiceProvider, `bandwidthsOffered`. */
function bandwidthBlocks(from: Offer, to: Offer, facts: ChangeFacts): Hindrance[] {
  const { offeredMbps, p95Mbps } = facts
  if (to.bandwidthMbps !== from.bandwidthMbps && offeredMbps && !offeredMbps.includes(to.bandwidthMbps)) {
    return [
      { words: `the provider does not offer ${to.bandwidthMbps} Mb/s: it has ${offeredMbps.join(', ')}`, hard: true },
    ]
  }
  if (to.bandwidthMbps > from.bandwidthMbps) return [{ words: "only while the provider's port has room", hard: false }]
  if (to.bandwidthMbps === from.bandwidthMbps) return []
  if (p95Mbps === null) return [{ words: 'how much it carries is not known', hard: false }]
  const needed = Math.ceil(p95Mbps)
  return p95Mbps > to.bandwidthMbps
    ? [{ words: `5 of 100 hours carried more than ${needed} Mb/s, and one path of it has less`, hard: true }]
    : []
}
