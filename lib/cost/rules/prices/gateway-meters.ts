import { wordTable } from '#lib/bgp/word-table.ts'
import { type PriceMeter, meterKind, type PriceSheet } from './sheet.ts'

/** A gateway's SKU as ARM has it -> the name of its hourly meter. */
const GATEWAYS: Record<string, string> = wordTable({
  standard: 'Standard Gateway',
  highperformance: 'High Performance Gateway',
  ultraperformance: 'Ultra High Performance Gateway',
  ergw1az: 'ErGw1AZ Gateway',
  ergw2az: 'ErGw2AZ Gateway',
  ergw3az: 'ErGw3AZ Gateway',
  ergwscale: 'ErGwScale Unit',
})

const PEERING = {
  into: 'Intra-Region Ingress',
  out: 'Intra-Region Egress',
  global: 'Inter-Virtual Network Data Transfer Out',
  /** in no list: each direction at a price of its own, where an override sets one */
  globalIn: 'Inter-Virtual Network Data Transfer In',
}
export const GATEWAY_METERS = Object.values(GATEWAYS)
export const PEERING_METERS = Object.values(PEERING)
const HOURLY = new Set(GATEWAY_METERS)
const PER_GB = new Set(PEERING_METERS)

/** Virtual WAN's scale units are listed at one price up to this one; from the next on they cost less, and no list says how much. */
export const SCALE_UNITS_AT_LIST = 5
/** Meters of our own naming: no list has them, and an override can set a price by these names. */
export const LATER_SCALE_UNITS = `ExpressRoute Scale Unit from the ${SCALE_UNITS_AT_LIST + 1}th on`
export const ROUTE_SERVER = 'Route Server'
/** What the router of a Virtual WAN hub passes on, by the GB. */
export const HUB_DATA = 'Standard Hub Data Processed'
/** What is priced by a name that no list may have: those, and SKUs of gateways. */
export const OWN_METERS: readonly string[] = [
  LATER_SCALE_UNITS,
  ROUTE_SERVER,
  'ExpressRoute Scale Unit',
  'ExpressRoute Connection Unit',
  'Standard Hub Unit',
  HUB_DATA,
  'VPN S2S Scale Unit',
  'Basic Gateway',
  ...[1, 2, 3, 4, 5].flatMap((size) => [`VpnGw${size}`, `VpnGw${size}AZ`]),
]

/** Whether a meter counts GB between networks. */
export const isPerGb = (name: string): boolean => PER_GB.has(name)

/** Whether a meter is one that figures are made of: circuits, their data, gateways in networks, peering. */
export function isPriced({ name, product }: Pick<PriceMeter, 'name' | 'product'>): boolean {
  if (product === 'ExpressRoute' && ['circuit', 'data'].includes(meterKind(name))) return true
  return HOURLY.has(name) || PER_GB.has(name)
}

export type HourlyPrice = { ok: true; meter: PriceMeter; note: string } | { ok: false; why: string }

/** Returns the name of the hourly meter of an ExpressRoute gateway's SKU; empty if there is none. */
export const gatewayMeterName = (sku: string): string => GATEWAYS[sku.toLowerCase()] ?? ''

/** An ExpressRoute gateway's price by the hour. */
export function gatewayPrice(sheet: PriceSheet, sku: string, region: string): HourlyPrice {
  const name = GATEWAYS[sku.toLowerCase()]
  return name === undefined
    ? { ok: false, why: `there is no price for a gateway of SKU ${sku}` }
    : hourlyPrice(sheet, name, region)
}

/**
 * The price of a meter in a region, by the hour if no other unit is asked for. Where the sheet has none for the region but the same for all others, that is taken, and said.
 * @param region as ARM has it, such as `westeurope`
 */
export function hourlyPrice(
  { meters }: PriceSheet,
  name: string,
  region: string,
  unit: PriceMeter['unit'] = 'hour',
): HourlyPrice {
  const all = meters.filter((meter) => meter.name === name && meter.unit === unit)
  const own = all.find((meter) => meter.region === region)
  if (own) return { ok: true, meter: own, note: '' }
  const applied = all.find((meter) => meter.applied?.isForAll)
  if (applied) return { ok: true, meter: applied, note: '' }
  // an override for another region says nothing about this one
  const listed = all.filter((meter) => !meter.applied)
  const [first] = listed
  if (!first) return { ok: false, why: `the price list has no "${name}" in ${region}: add a price override` }
  if (listed.some(({ price }) => !price.equals(first.price))) {
    return { ok: false, why: `the price list has no "${name}" in ${region}, and other regions differ` }
  }
  return {
    ok: true,
    meter: first,
    note: `priced as in ${first.region || 'a region that is not named'}: the list has none for ${region}`,
  }
}

/** What a GB between peered networks costs, each direction. */
interface PeeringPrice {
  in: PriceMeter
  out: PriceMeter
}

type PeeringPricing = { ok: true; price: PeeringPrice } | { ok: false; why: string }

/**
 * Peering of virtual networks: inside a region by its own meters, between regions by zone.
 * @param zone of regions' peering, which is another map than that of circuits; null = not known
 * @param region of this side, for an override of that region
 */
export function peeringPrice(
  sheet: PriceSheet,
  { isGlobal, zone, region }: { isGlobal: boolean; zone: string | null; region: string },
): PeeringPricing {
  const find = (name: string) => perGbPrice(sheet, name, zone, region)
  if (!isGlobal) {
    const [into, out] = [find(PEERING.into), find(PEERING.out)]
    if (into && out) return { ok: true, price: { in: into, out } }
    return {
      ok: false,
      why: `the price list has no "${(into ? PEERING : { out: PEERING.into }).out}": add a price override`,
    }
  }
  // the list names one meter; sources use it for both directions in Zone 1, and an override may name each
  const out = find(PEERING.global)
  const into = find(PEERING.globalIn) ?? (out?.applied !== undefined || zone === 'Zone 1' ? out : null)
  if (into && out) return { ok: true, price: { in: into, out } }
  const isListed = sheet.meters.some(({ name }) => name === PEERING.global)
  const why = isListed
    ? `has "${PEERING.global}" by zones that differ, and these regions' are not known`
    : `has no "${PEERING.global}"`
  return { ok: false, why: `the price list ${why}: add a price override` }
}

/** The price of a GB: the region's override, that of the zone, or the one that all zones agree on. */
function perGbPrice({ meters }: PriceSheet, name: string, zone: string | null, region: string): PriceMeter | null {
  const all = meters.filter((meter) => meter.name === name && meter.unit === 'gb')
  const own = all.find((meter) => meter.region === region) ?? all.find((meter) => meter.region === zone)
  const isSame = all.every(({ price, applied }) => all[0]?.price.equals(price) && (!applied || applied.isForAll))
  return own ?? all.find(({ applied }) => applied?.isForAll) ?? (isSame ? (all[0] ?? null) : null)
}
