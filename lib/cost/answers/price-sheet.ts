import { type PriceSheet, sheetOfStored, shippedPrices } from '../rules/index.ts'
import { newestPriceSheet, priceMeters } from '../store/index.ts'
import { Cache } from '#lib/platform/cache.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** Cache of the newest meters. Every overview reads them, but they rarely change. */
const lastMeters = new Cache<PriceSheet['meters']>('price_meters')

/** Returns the price list in force: the newest stored list, or the list shipped with Peerwatch. */
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
