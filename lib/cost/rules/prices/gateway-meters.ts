import { wordTable } from '#lib/bgp/word-table.ts'
import { type PriceMeter, classifyMeter, type PriceSheet } from './sheet.ts'

/** Names of hourly meters by a gateway's SKU as reported by ARM. */
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
  /** not in price lists; an override can set its own price for this direction */
  globalIn: 'Inter-Virtual Network Data Transfer In',
}
export const GATEWAY_METERS = Object.values(GATEWAYS)
export const PEERING_METERS = Object.values(PEERING)
const HOURLY = new Set(GATEWAY_METERS)
const PER_GB = new Set(PEERING_METERS)

/**
 * Number of Virtual WAN scale units that are billed at the listed price. Further units cost less, but price lists do
 * not contain their price.
 */
export const SCALE_UNITS_AT_LIST = 5
/**
 * LATER_SCALE_UNITS and ROUTE_SERVER: names of meters that are not in price lists. An override can set a price by these
 * names.
 */
export const LATER_SCALE_UNITS = `ExpressRoute Scale Unit from the ${SCALE_UNITS_AT_LIST + 1}th on`
export const ROUTE_SERVER = 'Route Server'
/** Meter for GB processed by the router of a Virtual WAN hub. */
export const HUB_DATA = 'Standard Hub Data Processed'
/** Meters that may be missing from a price list, because cost calculations use them by name. */
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

/** Reports whether a meter counts GB between virtual networks. */
export const isPerGb = (name: string): boolean => PER_GB.has(name)

/** Reports whether cost calculations use a meter: circuits, their data, gateways in virtual networks, peering. */
export function isPriced({ name, product }: Pick<PriceMeter, 'name' | 'product'>): boolean {
  if (product === 'ExpressRoute' && ['circuit', 'data'].includes(classifyMeter(name))) return true
  return HOURLY.has(name) || PER_GB.has(name)
}

export type HourlyPrice = { ok: true; meter: PriceMeter; note: string } | { ok: false; why: string }

/** Returns the name of the hourly meter of an ExpressRoute gateway's SKU; empty for an unknown SKU. */
export const gatewayMeterName = (sku: string): string => GATEWAYS[sku.toLowerCase()] ?? ''

/** Returns the hourly price of an ExpressRoute gateway. */
export function gatewayPrice(sheet: PriceSheet, sku: string, region: string): HourlyPrice {
  const name = GATEWAYS[sku.toLowerCase()]
  return name === undefined
    ? { ok: false, why: `there is no price for a gateway of SKU ${sku}` }
    : hourlyPrice(sheet, name, region)
}

/**
 * Returns the price of a meter in a region, by the hour unless another unit is given. If the sheet has no price for the
 * region and all other regions have the same price, returns that price with a note.
 * @param region region name as in ARM, such as `westeurope`
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
  // an override for another region does not apply to this region
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

/** Price of a GB between peered networks, for each direction. */
interface PeeringPrice {
  in: PriceMeter
  out: PriceMeter
}

type PeeringPricing = { ok: true; price: PeeringPrice } | { ok: false; why: string }

/**
 * Returns the price of virtual network peering: its own meters inside a region, and meters by zone between regions.
 * @param zone zone of the peering price, which differs from the price zones of circuits; null = unknown
 * @param region region of this side, for an override of that region
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
  // the list has one meter, for data out; its price is also used for data in if it comes from an override, or in Zone
  // 1, where sources use it for both directions
  const out = find(PEERING.global)
  const into = find(PEERING.globalIn) ?? (out?.applied !== undefined || zone === 'Zone 1' ? out : null)
  if (into && out) return { ok: true, price: { in: into, out } }
  const isListed = sheet.meters.some(({ name }) => name === PEERING.global)
  const why = isListed
    ? `has different prices of "${PEERING.global}" by zone, and the zones of these regions are not known`
    : `has no "${PEERING.global}"`
  return { ok: false, why: `the price list ${why}: add a price override` }
}

/**
 * Returns the price of a GB: the override of the region, otherwise the price of the zone, otherwise the price on which
 * all zones agree.
 */
function perGbPrice({ meters }: PriceSheet, name: string, zone: string | null, region: string): PriceMeter | null {
  const all = meters.filter((meter) => meter.name === name && meter.unit === 'gb')
  const own = all.find((meter) => meter.region === region) ?? all.find((meter) => meter.region === zone)
  const isSame = all.every(({ price, applied }) => all[0]?.price.equals(price) && (!applied || applied.isForAll))
  return own ?? all.find(({ applied }) => applied?.isForAll) ?? (isSame ? (all[0] ?? null) : null)
}
