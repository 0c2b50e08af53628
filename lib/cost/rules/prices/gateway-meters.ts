import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { type PriceMeter, classifyMeter, type PriceSheet } from './price-sheet.ts'

/** Names of the hourly meters of ExpressRoute gateways, by SKU in lower case. */
const GATEWAYS: Record<string, string> = createSafeLookupTable({
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
  /**
   * Inbound traffic between regions. Price lists do not contain this meter, but an operator can declare a price with
   * this name.
   */
  globalIn: 'Inter-Virtual Network Data Transfer In',
}
export const GATEWAY_METERS = Object.values(GATEWAYS)
export const PEERING_METERS = Object.values(PEERING)
const HOURLY = new Set(GATEWAY_METERS)
const PER_GB = new Set(PEERING_METERS)

/**
 * Number of scale units of a Virtual WAN gateway that are billed at list price. Each further unit costs less, but price
 * lists do not contain that price.
 */
export const MAX_SCALE_UNITS_AT_LIST_PRICE = 5
/** Names of two meters that price lists do not contain. Operators can declare a price for them by these names. */
export const LATER_SCALE_UNITS_METER = `ExpressRoute Scale Unit from the ${MAX_SCALE_UNITS_AT_LIST_PRICE + 1}th on`
export const ROUTE_SERVER_METER = 'Route Server'
/** Name of the meter for the GB that the router of a Virtual WAN hub processes. */
export const HUB_DATA_METER = 'Standard Hub Data Processed'
/** Names of meters that cost calculations use even if the price list does not contain them. */
export const REQUIRED_METER_NAMES: readonly string[] = [
  LATER_SCALE_UNITS_METER,
  ROUTE_SERVER_METER,
  'ExpressRoute Scale Unit',
  'ExpressRoute Connection Unit',
  'Standard Hub Unit',
  HUB_DATA_METER,
  'VPN S2S Scale Unit',
  'Basic Gateway',
  ...[1, 2, 3, 4, 5].flatMap((size) => [`VpnGw${size}`, `VpnGw${size}AZ`]),
]

/** Reports whether a meter counts the GB of virtual network peering or of a hub's router. */
export const isPricedPerGb = (name: string): boolean => name === HUB_DATA_METER || PER_GB.has(name)

/**
 * Reports whether a meter belongs to circuits, their data, gateways of virtual networks, or peering. Cost calculations
 * use these meters from the price list.
 */
export function isMeterPriced({ name, product }: Pick<PriceMeter, 'name' | 'product'>): boolean {
  if (product === 'ExpressRoute' && ['circuit', 'data'].includes(classifyMeter(name))) return true
  return HOURLY.has(name) || PER_GB.has(name)
}

export type HourlyPrice = { ok: true; meter: PriceMeter; note: string } | { ok: false; why: string }

/** Returns the name of the hourly meter for the SKU of an ExpressRoute gateway; empty if the SKU is unknown. */
export const getGatewayMeterName = (sku: string): string => GATEWAYS[sku.toLowerCase()] ?? ''

/** Returns the hourly price of an ExpressRoute gateway with the given SKU. */
export function findGatewayPrice(sheet: PriceSheet, sku: string, region: string): HourlyPrice {
  const name = GATEWAYS[sku.toLowerCase()]
  return name === undefined
    ? { ok: false, why: `there is no price for a gateway of SKU ${sku}` }
    : findHourlyPrice(sheet, name, region)
}

/**
 * Returns the price of a meter in a region. If the list has no price for this region, but all regions in the list have
 * the same price, returns that price with a note.
 * @param region name of the region as in ARM, such as `westeurope`
 * @param unit unit of the price, by default an hour
 */
export function findHourlyPrice(
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
  // prices that an override declares for another region are ignored
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

/** Price of a GB between peered networks, into a network and out of it. */
interface PeeringPrice {
  in: PriceMeter
  out: PriceMeter
}

type PeeringPricing = { ok: true; price: PeeringPrice } | { ok: false; why: string }

/**
 * Returns the price of virtual network peering. Peering within one region has separate meters. The price of peering
 * between regions depends on the zone.
 * @param zone zone of the peering price, which differs from the zone of a circuit's price; null = unknown
 * @param region region of the network that Azure charges; an override for this region takes precedence
 */
export function computeNetworkPeeringPrice(
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
  // Price lists contain only the price of outbound data. It is used for inbound data as well if it comes from an
  // override, or in Zone 1, where Azure's documents state one price for both directions.
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
 * Returns the price of a GB. The first price that exists is used, in this order: price of the region, price of the
 * zone, override for all regions, list price that is the same in all regions. Returns null if there is none of them.
 */
function perGbPrice({ meters }: PriceSheet, name: string, zone: string | null, region: string): PriceMeter | null {
  const all = meters.filter((meter) => meter.name === name && meter.unit === 'gb')
  const own = all.find((meter) => meter.region === region) ?? all.find((meter) => meter.region === zone)
  const isSame = all.every(({ price, applied }) => all[0]?.price.equals(price) && (!applied || applied.isForAll))
  return own ?? all.find(({ applied }) => applied?.isForAll) ?? (isSame ? (all[0] ?? null) : null)
}
