import type { CostPlan, CostTier } from '../../api/index.ts'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { type AzureCloud, type PeeringLocation, findPeeringLocation } from '#lib/contract/facts/locations.ts'
import { type PricedOffer, quoteOffer } from './quote-offer.ts'
import type { PriceSheet } from './price-sheet.ts'

/** Facts from ARM that determine the price of a circuit; null = ARM did not report the fact. */
export interface CircuitPriceInput {
  tier: string | null
  /** `MeteredData` or `UnlimitedData`. It has no effect on the tier Local, which is always unlimited. */
  family: string | null
  bandwidthMbps: number | null
  peeringLocation: string | null
  /** Whether the circuit is on an ExpressRoute Direct port of the customer. */
  direct: boolean
  cloud: AzureCloud
}

export type CircuitMapping =
  | { ok: true; zone: string; place: PeeringLocation | null; quote: PricedOffer }
  | { ok: false; zone: string | null; place: PeeringLocation | null; why: string }

const TIERS: Record<string, CostTier> = createSafeLookupTable({
  local: 'Local',
  standard: 'Standard',
  premium: 'Premium',
})
const FAMILIES: Record<string, CostPlan> = createSafeLookupTable({ metereddata: 'metered', unlimiteddata: 'unlimited' })

export function parseCircuitTier(tier: string | null): CostTier | null {
  return TIERS[tier?.toLowerCase() ?? ''] ?? null
}

/**
 * Returns the plan of a circuit; null if its family is unknown. The tier Local is always unlimited, whatever the family
 * is (ExpressRoute FAQ).
 */
export function getCircuitPlan({ tier, family }: Pick<CircuitPriceInput, 'tier' | 'family'>): CostPlan | null {
  return parseCircuitTier(tier) === 'Local' ? 'local' : (FAMILIES[family?.toLowerCase() ?? ''] ?? null)
}

/**
 * Returns the meters by which a circuit is billed, or a sentence with the reason why they are unknown.
 * @param declaredZone price zone that an operator declared; it is used instead of the zone of the peering location
 */
export function mapCircuitToMeters(
  sheet: PriceSheet,
  facts: CircuitPriceInput,
  declaredZone: string | null = null,
): CircuitMapping {
  const place = facts.peeringLocation === null ? null : findPeeringLocation(facts.peeringLocation, facts.cloud)
  const zone = declaredZone ?? place?.zone ?? null
  const [tier, plan] = [parseCircuitTier(facts.tier), getCircuitPlan(facts)]
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
  const quoting = quoteOffer(sheet, zone, { plan, tier, bandwidthMbps: facts.bandwidthMbps }, facts.direct)
  return quoting.ok ? { ok: true, zone, place, quote: quoting.quote } : not(quoting.why)
}
