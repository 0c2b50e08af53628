import { Decimal } from '../money.ts'
import { type PriceMeter, type PriceSheet, storedMeter, type StoredMeter } from './sheet.ts'

/** Converts the meters of a sheet for storage, sorted, so that equal lists give the same text in any reading order. */
export function storedMeters({ meters }: PriceSheet): StoredMeter[] {
  const key = (meter: PriceMeter) => [meter.product, meter.sku, meter.name, meter.region, meter.meterId].join('\n')
  return meters
    .map((meter) => ({ key: key(meter), stored: storedMeter.parse({ ...meter, price: meter.price.toFixed() }) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ stored }) => stored)
}

/**
 * Returns a price list from stored meters.
 * @throws if `storedMeters` did not write the meters
 */
export function sheetOfStored(
  meters: readonly unknown[],
  about: Pick<PriceSheet, 'source' | 'readAt' | 'currency'>,
): PriceSheet {
  return {
    ...about,
    meters: meters.map((one) => {
      const meter = storedMeter.parse(one)
      return { ...meter, price: new Decimal(meter.price) }
    }),
  }
}
