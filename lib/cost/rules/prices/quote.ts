import type { CostPlan, CostTier } from '../../api/index.ts'
import { type Decimal, ZERO } from '../money.ts'
import {
  formatSheetBandwidth,
  circuitMeterName,
  DATA_METER,
  dataSku,
  type PriceMeter,
  metersNamed,
  type PriceSheet,
} from './sheet.ts'

/** A circuit configuration that Azure sells. */
export interface Offer {
  plan: CostPlan
  tier: CostTier
  bandwidthMbps: number
}

/** The cost of an offer in a zone. */
export interface Quote extends Offer {
  zone: string
  currency: string
  /** price of the port for a whole month; 0 on an ExpressRoute Direct port, because there the port pair is billed */
  port: Decimal
  /** price of each billed GB; 0 on unlimited and Local */
  perGb: Decimal
  meters: readonly PriceMeter[]
}

type Quoting = { ok: true; quote: Quote } | { ok: false; why: string }

/**
 * Returns the price of an offer. The list price of a circuit includes both links, so it must not be doubled
 * (ExpressRoute FAQ).
 * @param direct true = on an ExpressRoute Direct port. There Standard and Local have no charge of their own, and
 *   Premium has a small charge that is not in price lists (ExpressRoute Direct FAQ)
 */
export function quote(sheet: PriceSheet, zone: string, offer: Offer, direct = false): Quoting {
  const { plan, tier, bandwidthMbps } = offer
  if ((plan === 'local') !== (tier === 'Local')) return { ok: false, why: `${tier} is not sold as ${plan}` }
  const data = plan === 'metered' ? dataMeter(sheet, zone, bandwidthMbps) : null
  if (plan === 'metered' && !data) return { ok: false, why: `the price list has no price of metered data in ${zone}` }
  if (direct && tier === 'Premium') {
    return { ok: false, why: 'what Premium adds to a circuit on an ExpressRoute Direct port is in no price list' }
  }
  const name = circuitMeterName(tier, plan, bandwidthMbps)
  const port = direct ? null : meterIn(sheet, zone, name)
  if (!direct && !port) return { ok: false, why: `the price list has no "${name}" in ${zone}` }
  const meters = [port, data].filter((meter) => meter !== null)
  const currencies = [...new Set(meters.map(({ currency }) => currency))]
  if (currencies.length > 1) {
    return { ok: false, why: `its meters are priced in ${currencies.join(' and ')}, which do not add up` }
  }
  return {
    ok: true,
    quote: {
      ...offer,
      zone,
      currency: currencies[0] ?? sheet.currency,
      port: port?.price ?? ZERO,
      perGb: data?.price ?? ZERO,
      meters,
    },
  }
}

function meterIn(sheet: PriceSheet, zone: string, name: string): PriceMeter | null {
  return metersNamed(sheet, name).find((meter) => meter.product === 'ExpressRoute' && meter.region === zone) ?? null
}

/**
 * Returns the data meter of a bandwidth. Data is listed once for each bandwidth, at one rate for each zone; an unlisted
 * bandwidth has the rate on which all others agree. Returns null if the zone has no rate, or several rates.
 */
function dataMeter(sheet: PriceSheet, zone: string, mbps: number): PriceMeter | null {
  const inZone = metersNamed(sheet, DATA_METER).filter(
    ({ product, region }) => product === 'ExpressRoute' && region === zone,
  )
  const own = inZone.find(({ sku }) => sku === dataSku(mbps))
  if (own) return own
  const [first] = inZone
  return first && inZone.every(({ price }) => price.equals(first.price)) ? first : null
}

/** Formats an offer: "Standard Metered 1 Gb/s". */
export function formatOffer({ plan, tier, bandwidthMbps }: Offer): string {
  const words = plan === 'local' ? 'Local' : `${tier} ${plan === 'metered' ? 'Metered' : 'Unlimited'}`
  return `${words} ${formatSheetBandwidth(bandwidthMbps)}`
}
