import type { CostChange } from '#lib/contract/index.ts'
import type { Offer } from '../prices/quote.ts'

/** What is known of a circuit that decides which offers it could take. */
export interface ChangeFacts {
  /** what uses Premium beyond Standard's limits, in plain words; null = not known */
  premiumNeeds: readonly string[] | null
  /** regions that a Local circuit reaches from its peering location; null = not known */
  localRegions: readonly string[] | null
  /** regions of the networks that it is linked to; null = not known */
  linkedRegions: readonly string[] | null
  globalReach: boolean
  /** mean of its busiest hour over both paths, which one path has to carry alone when the other fails, Mbit/s; null = not known */
  busiestMbps: number | null
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
 * - To Local and from it: counted as a new circuit, as no document was found that says otherwise.
 */
export function changeTo(from: Offer, to: Offer, facts: ChangeFacts): Change {
  const isNew =
    (from.plan !== 'metered' && to.plan === 'metered') ||
    to.bandwidthMbps < from.bandwidthMbps ||
    (from.plan === 'local') !== (to.plan === 'local')
  const hindrances = [...premiumBlocks(from, to, facts), ...localBlocks(to, facts), ...bandwidthBlocks(from, to, facts)]
  const isImpossible = hindrances.some(({ hard }) => hard)
  return {
    change: isImpossible ? 'impossible' : isNew ? 'new_circuit' : 'in_place',
    blockedBy: hindrances.map(({ words }) => words),
    oneWay: !isNew && ((from.plan === 'metered' && to.plan === 'unlimited') || to.bandwidthMbps > from.bandwidthMbps),
  }
}

interface Hindrance {
  words: string
  hard: boolean
}

function premiumBlocks(from: Offer, to: Offer, { premiumNeeds }: ChangeFacts): Hindrance[] {
  if (from.tier !== 'Premium' || to.tier === 'Premium') return []
  if (premiumNeeds === null) return [{ words: 'whether anything needs Premium is not known', hard: false }]
  return premiumNeeds.map((words) => ({ words, hard: true }))
}

function localBlocks(to: Offer, { localRegions, linkedRegions, globalReach }: ChangeFacts): Hindrance[] {
  if (to.plan !== 'local') return []
  const blocks: Hindrance[] = globalReach ? [{ words: 'Global Reach is not available on Local', hard: true }] : []
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

function bandwidthBlocks(from: Offer, to: Offer, { busiestMbps }: ChangeFacts): Hindrance[] {
  if (to.bandwidthMbps > from.bandwidthMbps) return [{ words: "only while the provider's port has room", hard: false }]
  if (to.bandwidthMbps === from.bandwidthMbps) return []
  if (busiestMbps === null) return [{ words: 'how much its busiest hour carries is not known', hard: false }]
  const needed = Math.ceil(busiestMbps)
  return busiestMbps > to.bandwidthMbps
    ? [{ words: `its busiest hour carried ${needed} Mb/s, more than one path of it would have`, hard: true }]
    : []
}
