import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'

/** Result of a check whether Azure can make a change in place, that is, without creating a new resource. */
export type InPlaceChangeVerdict =
  | { is: 'allowed' }
  | { is: 'refused'; why: string; source: string }
  /**
   * it is unknown whether Azure can make the change in place, because a required value was not read or the
   * documentation does not mention the change
   */
  | { is: 'unknown'; why: string; source: string }

const AZURE = 'https://learn.microsoft.com/azure'
const FAQ = `${AZURE}/expressroute/expressroute-faqs`
const HOW_TO = `${AZURE}/expressroute/expressroute-howto-circuit-portal-resource-manager`
const GATEWAYS = `${AZURE}/expressroute/expressroute-about-virtual-network-gateways`
const MIGRATION = `${AZURE}/expressroute/gateway-migration`
const SCALABLE = `${AZURE}/expressroute/scalable-gateway`
const VPN_UPGRADE = `${AZURE}/vpn-gateway/gateway-sku-upgrade`

const ALLOWED: InPlaceChangeVerdict = { is: 'allowed' }
const refused = (why: string, source: string): InPlaceChangeVerdict => ({ is: 'refused', why, source })
const unknown = (why: string, source: string): InPlaceChangeVerdict => ({ is: 'unknown', why, source })

/** Bandwidth and billing plan of a circuit; null = not read. A circuit of tier Local always has unlimited data. */
export interface CircuitBandwidthAndPlan {
  bandwidthMbps: number | null
  plan: 'metered' | 'unlimited' | 'local' | null
}

/** Returns whether Azure can change the bandwidth of a circuit in place. Only an increase is possible. */
export function checkBandwidthInPlace(from: number | null, to: number): InPlaceChangeVerdict {
  if (from === null) return unknown('its present bandwidth was not read', FAQ)
  return to < from ? refused(`it has ${from} Mb/s, and less takes a new circuit`, FAQ) : ALLOWED
}

/**
 * Returns whether the circuit's provider sells a bandwidth at all, in place or with a new circuit. The current
 * bandwidth is always allowed.
 * @param offered bandwidths of the provider in Mb/s; null = not read, which counts as allowed
 */
export function checkBandwidthSoldByProvider(
  from: number | null,
  to: number,
  offered: readonly number[] | null,
): InPlaceChangeVerdict {
  if (to === from || !offered || offered.includes(to)) return ALLOWED
  return refused(`the provider does not offer ${to} Mb/s: it has ${offered.join(', ')}`, FAQ)
}

/**
 * Returns whether Azure can change the billing plan of a circuit in place. Only a change from unlimited or Local to
 * metered is impossible.
 */
export function checkPlanInPlace(
  from: CircuitBandwidthAndPlan['plan'],
  to: CircuitBandwidthAndPlan['plan'],
): InPlaceChangeVerdict {
  if (to !== 'metered' || from === 'metered') return ALLOWED
  if (from === null) return unknown('its present plan was not read', HOW_TO)
  return refused('it is unlimited, and back to metered takes a new circuit', HOW_TO)
}

/** SKUs of ExpressRoute gateways, each with its family and its size within the family. */
const EXPRESSROUTE = createSafeLookupTable<{ family: 'plain' | 'zones' | 'scalable'; size: number }>({
  standard: { family: 'plain', size: 1 },
  highperformance: { family: 'plain', size: 2 },
  ultraperformance: { family: 'plain', size: 3 },
  ergw1az: { family: 'zones', size: 1 },
  ergw2az: { family: 'zones', size: 2 },
  ergw3az: { family: 'zones', size: 3 },
  ergwscale: { family: 'scalable', size: 1 },
})

/** SKUs of VPN gateways, each with its family and the gateway generations that offer it. */
const VPN = createSafeLookupTable<{ family: 'basic' | 'legacy' | 'plain' | 'zones'; generations: readonly number[] }>({
  basic: { family: 'basic', generations: [1] },
  standard: { family: 'legacy', generations: [1] },
  highperformance: { family: 'legacy', generations: [1] },
  vpngw1: { family: 'plain', generations: [1] },
  vpngw2: { family: 'plain', generations: [1, 2] },
  vpngw3: { family: 'plain', generations: [1, 2] },
  vpngw4: { family: 'plain', generations: [2] },
  vpngw5: { family: 'plain', generations: [2] },
  vpngw1az: { family: 'zones', generations: [1] },
  vpngw2az: { family: 'zones', generations: [1, 2] },
  vpngw3az: { family: 'zones', generations: [1, 2] },
  vpngw4az: { family: 'zones', generations: [2] },
  vpngw5az: { family: 'zones', generations: [2] },
})

/**
 * Returns whether Azure can change the SKU of a virtual network gateway in place.
 * @param from current SKU; null = not read
 */
export function checkSkuInPlace(kind: 'vpn' | 'expressRoute', from: string | null, to: string): InPlaceChangeVerdict {
  if (from !== null && from.toLowerCase() === to.toLowerCase()) return ALLOWED
  return kind === 'vpn' ? vpnSkuInPlace(from, to) : expressRouteSkuInPlace(from, to)
}

function expressRouteSkuInPlace(from: string | null, to: string): InPlaceChangeVerdict {
  const [was, is] = [EXPRESSROUTE[from?.toLowerCase() ?? ''], EXPRESSROUTE[to.toLowerCase()]]
  if (!was || !is)
    return unknown(`whether Azure changes ${from ?? 'its SKU'} to ${to} in place is not documented`, GATEWAYS)
  if (was.family === 'scalable') return refused(`it has ${from}, and ${to} takes a new gateway`, SCALABLE)
  if (was.family === is.family && is.size > was.size) return ALLOWED
  if (was.family === is.family)
    // Until 2022, Azure's documentation allowed a change from the second size of a family to the smaller one. The
    // current pages do not mention it.
    return was.size === 2
      ? unknown(`whether Azure still changes ${from} to ${to} in place is not documented`, GATEWAYS)
      : refused(`it has ${from}, and the smaller ${to} takes a new gateway`, GATEWAYS)
  if (was.family === 'plain')
    return refused(`it has ${from}, and ${to} takes a migration by a second gateway`, MIGRATION)
  return is.family === 'scalable'
    ? unknown(`whether Azure changes ${from} to ${to} in place is not documented`, SCALABLE)
    : refused(`it has ${from}, which spreads over zones, and ${to} takes a new gateway`, GATEWAYS)
}

function vpnSkuInPlace(from: string | null, to: string): InPlaceChangeVerdict {
  const [was, is] = [VPN[from?.toLowerCase() ?? ''], VPN[to.toLowerCase()]]
  if (!was || !is)
    return unknown(`whether Azure changes ${from ?? 'its SKU'} to ${to} in place is not documented`, VPN_UPGRADE)
  if (was.family === 'basic' || is.family === 'basic')
    return refused(`between ${from} and ${to} Azure asks for a new gateway`, VPN_UPGRADE)
  if (was.family === 'legacy' && is.family === 'legacy') return ALLOWED
  if (was.family === 'legacy' || is.family === 'legacy')
    return refused(`it has ${from}, and ${to} takes a migration`, VPN_UPGRADE)
  if (was.family === 'zones' && is.family === 'plain')
    return refused(`it has ${from}, which spreads over zones, and ${to} takes a new gateway`, VPN_UPGRADE)
  const shared = was.generations.filter((one) => is.generations.includes(one))
  if (shared.length === 0)
    return refused(`${to} is of another generation than ${from}, and takes a migration`, VPN_UPGRADE)
  return shared.length === was.generations.length
    ? ALLOWED
    : unknown(`whether ${to} is of the generation of this ${from} was not read`, VPN_UPGRADE)
}
