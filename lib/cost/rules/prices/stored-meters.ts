import { Decimal } from '../money.ts'
import { type PriceMeter, type PriceSheet, storedMeterSchema, type StoredMeter } from './price-sheet.ts'

/**
 * Converts the meters of a price list to the form in which they are stored. They are sorted, so that lists with the
 * same meters are stored as the same text, in whatever order they were read.
 */
export function convertToStoredMeters({ meters }: PriceSheet): StoredMeter[] {
  const key = (meter: PriceMeter) => [meter.product, meter.sku, meter.name, meter.region, meter.meterId].join('\n')
  return meters
    .map((meter) => ({ key: key(meter), stored: storedMeterSchema.parse({ ...meter, price: meter.price.toFixed() }) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ stored }) => stored)
}

/**
 * Converts stored meters to a price list.
 * @throws if the meters do not have the form that {@link convertToStoredMeters} writes
 */
export function parseStoredPriceSheet(
  meters: readonly unknown[],
  about: Pick<PriceSheet, 'source' | 'readAt' | 'currency'>,
): PriceSheet {
  return {
    ...about,
    meters: meters.map((one) => {
      const meter = storedMeterSchema.parse(one)
      return { ...meter, price: new Decimal(meter.price) }
    }),
  }
}
