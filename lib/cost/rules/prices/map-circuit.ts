import type { CostPlan, CostTier } from '../../api/index.ts'
import { wordTable } from '#lib/bgp/word-table.ts'
import { type Cloud, type Place, placeOf } from '#lib/contract/facts/locations.ts'
import { type Quote, quote } from './quote.ts'
import type { PriceSheet } from './sheet.ts'

/** What ARM reports of a circuit that its price depends on; null = ARM does not say. */
export interface PricedCircuitFacts {
  tier: string | null
  /** `MeteredData` or `UnlimitedData`; on Local it means nothing */
  family: string | null
  bandwidthMbps: number | null
  peeringLocation: string | null
  /** on an ExpressRoute Direct port */
  direct: boolean
  cloud: Cloud
}

export type CircuitMapping =
  | { ok: true; zone: string; place: Place | null; quote: Quote }
  | { ok: false; zone: string | null; place: Place | null; why: string }

const TIERS: Record<string, CostTier> = wordTable({ local: 'Local', standard: 'Standard', premium: 'Premium' })
const FAMILIES: Record<string, CostPlan> = wordTable({ metereddata: 'metered', unlimiteddata: 'unlimited' })

export function tierOf(tier: string | null): CostTier | null {
  return TIERS[tier?.toLowerCase() ?? ''] ?? null
}

/** The plan a circuit is on. Local is unlimited by construction (ExpressRoute FAQ), whatever its family says. */
export function planOf({ tier, family }: Pick<PricedCircuitFacts, 'tier' | 'family'>): CostPlan | null {
  return tierOf(tier) === 'Local' ? 'local' : (FAMILIES[family?.toLowerCase() ?? ''] ?? null)
}

/**
 * Which meters a circuit is billed by, or in one sentence why they are unknown.
 * @param declaredZone a zone that an operator declared for it; wins over the peering location's
 */
export function mapCircuit(
  sheet: PriceSheet,
  facts: PricedCircuitFacts,
  declaredZone: string | null = null,
): CircuitMapping {
  const place = facts.peeringLocation === null ? null : placeOf(facts.peeringLocation, facts.cloud)
  const zone = declaredZone ?? place?.zone ?? null
  const [tier, plan] = [tierOf(facts.tier), planOf(facts)]
  const not = (why: string): CircuitMapping => ({ ok: false, zone, place, why })
  if (zone === null) {
    return not(
      facts.peeringLocation === null
        ? 'Azure names no peering location for it, and with that no price zone; declare its zone'
        : place
          ? `Microsoft's pages name several price zones for ${place.name}; declare its zone`
          : `${facts.peeringLocation} is not in Microsoft's list of peering locations; declare its zone`,
    )
  }
  if (tier === null)
    return not(`its SKU tier is ${facts.tier ?? 'unknown'}: only Local, Standard and Premium have a price`)
  if (plan === null)
    return not(`its SKU family is ${facts.family ?? 'unknown'}: only MeteredData and UnlimitedData have a price`)
  if (facts.bandwidthMbps === null) return not('Azure names no bandwidth for it')
  const quoting = quote(sheet, zone, { plan, tier, bandwidthMbps: facts.bandwidthMbps }, facts.direct)
  return quoting.ok ? { ok: true, zone, place, quote: quoting.quote } : not(quoting.why)
}
