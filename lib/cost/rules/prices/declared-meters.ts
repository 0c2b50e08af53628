import { Decimal } from '../money.ts'
import { isPricedPerGb } from './gateway-meters.ts'
import { DATA_TRANSFER_METER, type PriceMeter, classifyMeter, type MeterUnit, type PriceSheet } from './price-sheet.ts'

/** Price zones of circuits, including the zone of the US Government cloud. */
const ZONES = ['Zone 1', 'Zone 2', 'Zone 3', 'Zone 4', 'US Gov Zone 1']

/** A price of a meter that an operator declared. */
export interface MeterPrice {
  meterName: string
  /** region in which the price applies; null = all regions */
  region: string | null
  /** price of one unit, as decimal text */
  price: string
  currency: string
}

interface DeclaredPrice extends MeterPrice {
  by: string
  at: number
  why: string
}

/** Returns the text that names the author and the reason of a price override, and whether it applies to all regions. */
export const formatOverrideAuthor = ({
  by,
  why,
  region,
}: Pick<DeclaredPrice, 'by' | 'why' | 'region'>): PriceMeter['applied'] => ({
  words: `price override by ${by}: ${why}`,
  isForAll: region === null,
})

/**
 * Returns prices that operators declared for meters that the price list does not contain. A price for one region is
 * returned if the list has no row for this meter and region. A price for all regions depends on the meter. For a
 * circuit or its data, it is returned for each price zone without a row. For any other meter, it is returned if no
 * region has a row. If two prices have the same meter and region, the later price is used.
 */
export function createDeclaredMeters({ meters }: PriceSheet, prices: readonly DeclaredPrice[]): PriceMeter[] {
  const listed = new Set(meters.map(({ name, region }) => keyOf(name, region)))
  const names = new Set(meters.map(({ name }) => name))
  const declared = prices.flatMap((one): [string, PriceMeter][] => {
    const isOfCircuit = unitOf(one.meterName) === 'month' || one.meterName === DATA_TRANSFER_METER
    if (one.region === null && !isOfCircuit && names.has(one.meterName)) return []
    const regions = one.region !== null ? [one.region] : isOfCircuit ? ZONES : ['']
    return regions
      .filter((region) => !listed.has(keyOf(one.meterName, region)))
      .map((region) => [keyOf(one.meterName, region), meterOf(one, region, isOfCircuit)])
  })
  return [...new Map(declared).values()]
}

const keyOf = (name: string, region: string): string => `${name}\n${region}`

function meterOf(one: DeclaredPrice, region: string, isOfCircuit: boolean): PriceMeter {
  return {
    name: one.meterName,
    service: '',
    product: isOfCircuit ? 'ExpressRoute' : '',
    sku: '',
    unit: unitOf(one.meterName),
    region,
    price: new Decimal(one.price),
    currency: one.currency,
    effectiveFrom: one.at,
    meterId: null,
    applied: formatOverrideAuthor(one),
  }
}

/** Returns the unit in which a meter is priced: a month for a circuit, a GB for data, an hour for any other meter. */
function unitOf(name: string): MeterUnit {
  if (classifyMeter(name) === 'circuit') return 'month'
  return name === DATA_TRANSFER_METER || isPricedPerGb(name) ? 'gb' : 'hour'
}
