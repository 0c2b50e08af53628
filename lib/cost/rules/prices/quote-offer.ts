import type { CostPlan, CostTier } from '../../api/index.ts'
import { type Decimal, ZERO_AMOUNT } from '../money.ts'
import {
  formatSheetBandwidth,
  formatCircuitMeterName,
  DATA_TRANSFER_METER,
  formatDataMeterSku,
  type PriceMeter,
  findMetersByName,
  type PriceSheet,
} from './price-sheet.ts'

/** A configuration in which Azure sells a circuit. */
export interface CircuitOffer {
  plan: CostPlan
  tier: CostTier
  bandwidthMbps: number
}

/** The price of an offer (plan, tier and bandwidth of a circuit) in a price zone. */
export interface PricedOffer extends CircuitOffer {
  zone: string
  currency: string
  /**
   * Price of the circuit for a whole month. It is 0 for a circuit on an ExpressRoute Direct port, because the customer
   * pays for the pair of ports instead.
   */
  port: Decimal
  /** Price of a billed GB; 0 for Unlimited and Local. */
  perGb: Decimal
  meters: readonly PriceMeter[]
}

type Quoting = { ok: true; quote: PricedOffer } | { ok: false; why: string }

/**
 * Returns the price of an offer, or the reason why it is unknown. The list price of a circuit already includes both
 * links and is not doubled (ExpressRoute FAQ).
 * @param direct true = the circuit is on an ExpressRoute Direct port. There, Azure does not charge for Standard and
 *   Local circuits. A Premium circuit has a small charge, which is not in price lists (ExpressRoute Direct FAQ)
 */
export function quoteOffer(sheet: PriceSheet, zone: string, offer: CircuitOffer, direct = false): Quoting {
  const { plan, tier, bandwidthMbps } = offer
  if ((plan === 'local') !== (tier === 'Local')) return { ok: false, why: `${tier} is not sold as ${plan}` }
  const data = plan === 'metered' ? dataMeter(sheet, zone, bandwidthMbps) : null
  if (plan === 'metered' && !data) return { ok: false, why: `the price list has no price of metered data in ${zone}` }
  if (direct && tier === 'Premium') {
    return { ok: false, why: 'what Premium adds to a circuit on an ExpressRoute Direct port is in no price list' }
  }
  const name = formatCircuitMeterName(tier, plan, bandwidthMbps)
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
      port: port?.price ?? ZERO_AMOUNT,
      perGb: data?.price ?? ZERO_AMOUNT,
      meters,
    },
  }
}

function meterIn(sheet: PriceSheet, zone: string, name: string): PriceMeter | null {
  return (
    findMetersByName(sheet, name).find((meter) => meter.product === 'ExpressRoute' && meter.region === zone) ?? null
  )
}

/**
 * Returns the meter for the data of a metered circuit. Price lists have one row for each bandwidth and zone. If the row
 * for the bandwidth is missing and all other bandwidths have the same rate, this rate is used. Otherwise returns null.
 */
function dataMeter(sheet: PriceSheet, zone: string, mbps: number): PriceMeter | null {
  const inZone = findMetersByName(sheet, DATA_TRANSFER_METER).filter(
    ({ product, region }) => product === 'ExpressRoute' && region === zone,
  )
  const own = inZone.find(({ sku }) => sku === formatDataMeterSku(mbps))
  if (own) return own
  const [first] = inZone
  return first && inZone.every(({ price }) => price.equals(first.price)) ? first : null
}

/** Formats an offer, for example "Standard Metered 1 Gb/s". */
export function formatOffer({ plan, tier, bandwidthMbps }: CircuitOffer): string {
  const words = plan === 'local' ? 'Local' : `${tier} ${plan === 'metered' ? 'Metered' : 'Unlimited'}`
  return `${words} ${formatSheetBandwidth(bandwidthMbps)}`
}
