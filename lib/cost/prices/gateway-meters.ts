import { type Meter, meterKind, type PriceSheet } from './sheet.ts'

/** A gateway's SKU as ARM has it -> the name of its hourly meter. */
const GATEWAYS: Record<string, string> = {
  standard: 'Standard Gateway',
  highperformance: 'High Performance Gateway',
  ultraperformance: 'Ultra High Performance Gateway',
  ergw1az: 'ErGw1AZ Gateway',
  ergw2az: 'ErGw2AZ Gateway',
  ergw3az: 'ErGw3AZ Gateway',
  ergwscale: 'ErGwScale Unit',
}

const PEERING = {
  into: 'Intra-Region Ingress',
  out: 'Intra-Region Egress',
  global: 'Inter-Virtual Network Data Transfer Out',
}
const HOURLY = new Set(Object.values(GATEWAYS))
const PER_GB = new Set(Object.values(PEERING))

/** Whether a meter is one that figures are made of: circuits, their data, gateways in networks, peering. */
export function isPriced({ name, product }: Pick<Meter, 'name' | 'product'>): boolean {
  if (product === 'ExpressRoute' && ['circuit', 'data'].includes(meterKind(name))) return true
  return HOURLY.has(name) || PER_GB.has(name)
}

export type HourlyPrice = { ok: true; meter: Meter; note: string } | { ok: false; why: string }

/** SKUs that FastPath needs; ErGwScale from 10 scale units on. @source ExpressRoute virtual network gateways, FastPath */
export const FASTPATH_SKUS: readonly string[] = ['UltraPerformance', 'ErGw3AZ', 'ErGwScale']

/** An ExpressRoute gateway's price by the hour. */
export function gatewayPrice(sheet: PriceSheet, sku: string, region: string): HourlyPrice {
  const name = GATEWAYS[sku.toLowerCase()]
  return name === undefined
    ? { ok: false, why: `there is no price for a gateway of SKU ${sku}` }
    : hourlyPrice(sheet, name, region)
}

/**
 * The hourly price of a meter in a region. Where the sheet has none for the region but the same for all others, that is taken, and said.
 * @param region as ARM has it, such as `westeurope`
 */
export function hourlyPrice({ meters }: PriceSheet, name: string, region: string): HourlyPrice {
  const all = meters.filter((meter) => meter.name === name && meter.unit === 'hour')
  const own = all.find((meter) => meter.region === region)
  if (own) return { ok: true, meter: own, note: '' }
  const [first] = all
  if (!first) return { ok: false, why: `the price list has no "${name}"` }
  if (all.some(({ price }) => !price.equals(first.price))) {
    return { ok: false, why: `the price list has no "${name}" in ${region}, and other regions differ` }
  }
  return {
    ok: true,
    meter: first,
    note: `priced as in ${first.region || 'a region that is not named'}: the list has none for ${region}`,
  }
}

/** What a GB between peered networks costs, each way. */
export interface PeeringPrice {
  in: Meter
  out: Meter
}

/**
 * Peering of virtual networks: inside a region by its own meters, between regions by zone.
 * @param zone of regions' peering, which is another map than that of circuits; null = not known
 */
export function peeringPrice({ meters }: PriceSheet, isGlobal: boolean, zone: string | null): PeeringPrice | null {
  const find = (name: string, region: string | null) =>
    meters.find((meter) => meter.name === name && meter.unit === 'gb' && (region === null || meter.region === region))
  if (!isGlobal) {
    const [into, out] = [find(PEERING.into, null), find(PEERING.out, null)]
    return into && out ? { in: into, out } : null
  }
  if (zone === null) return null
  // the list names one meter; sources use it for both ways in Zone 1
  const both = find(PEERING.global, zone)
  return both && zone === 'Zone 1' ? { in: both, out: both } : null
}
