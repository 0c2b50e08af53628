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

/** A circuit as it can be had. */
export interface Offer {
  plan: CostPlan
  tier: CostTier
  bandwidthMbps: number
}

/** What an offer costs in a zone. */
export interface Quote extends Offer {
  zone: string
  currency: string
  /** for a whole month; 0 on an ExpressRoute Direct port, where the port pair is billed */
  port: Decimal
  /** for each billed GB; 0 on unlimited and Local */
  perGb: Decimal
  meters: readonly PriceMeter[]
}

type Quoting = { ok: true; quote: Quote } | { ok: false; why: string }

/**
 * The price of an offer. The list price is that of the circuit, which already holds both links: never to be doubled (ExpressRoute FAQ).
 * @param direct on an ExpressRoute Direct port: Standard and Local carry no charge of their own there, Premium a small one that no
 *   price list has (ExpressRoute Direct FAQ)
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

/** Data is listed once a bandwidth, at one rate a zone; a bandwidth that is not listed has the rate if all others agree on it. */
function dataMeter(sheet: PriceSheet, zone: string, mbps: number): PriceMeter | null {
  const inZone = metersNamed(sheet, DATA_METER).filter(
    ({ product, region }) => product === 'ExpressRoute' && region === zone,
  )
  const own = inZone.find(({ sku }) => sku === dataSku(mbps))
  if (own) return own
  const [first] = inZone
  return first && inZone.every(({ price }) => price.equals(first.price)) ? first : null
}

/** An offer in words: "Standard Metered 1 Gb/s". */
export function formatOffer({ plan, tier, bandwidthMbps }: Offer): string {
  const words = plan === 'local' ? 'Local' : `${tier} ${plan === 'metered' ? 'Metered' : 'Unlimited'}`
  return `${words} ${formatSheetBandwidth(bandwidthMbps)}`
}
