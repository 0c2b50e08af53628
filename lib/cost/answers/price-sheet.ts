import { type PriceSheet, sheetOfStored, shippedPrices } from '../rules/index.ts'
import { newestPriceSheet, priceMeters } from '../store/index.ts'
import { Cache } from '#lib/platform/cache.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** The newest meters that were asked for: they are read again for every overview, and change once in a while. */
const lastMeters = new Cache<PriceSheet['meters']>('price_meters')

/** The price list in force: the newest that was taken, or the one that is shipped. */
export async function priceSheetInForce(q: Queryable): Promise<PriceSheet> {
  const newest = await newestPriceSheet(q)
  if (!newest) return shippedPrices()
  const { version, fingerprint, currency, lastReadAt } = newest
  const about = { source: 'retail', readAt: lastReadAt, currency } as const
  const known = lastMeters.find(q, '', { version: fingerprint })
  if (known) return { ...about, meters: known }
  const sheet = sheetOfStored(await priceMeters(q, version), about)
  lastMeters.store(q, '', sheet.meters, { version: fingerprint })
  return sheet
}
