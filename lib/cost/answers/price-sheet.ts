import { type PriceSheet, parseStoredPriceSheet, loadShippedPrices } from '../rules/index.ts'
import { readPriceSheetWithoutMeters, readPriceMeters } from '../store/index.ts'
import { openProcessCache } from '#lib/platform/cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * Cache of the meters of the newest price list. The list rarely changes, but each request for the overview needs it.
 */
const lastMeters = openProcessCache<PriceSheet['meters']>('price_meters')

/** Returns the current price list: the newest stored list, or the list shipped with Peerwatch if none is stored. */
export async function readCurrentPriceSheet(q: SqlExecutor): Promise<PriceSheet> {
  const newest = await readPriceSheetWithoutMeters(q)
  if (!newest) return loadShippedPrices()
  const { version, fingerprint, currency, lastReadAt } = newest
  const about = { source: 'retail', readAt: lastReadAt, currency } as const
  const known = lastMeters.find(q, '', { version: fingerprint })
  if (known) return { ...about, meters: known }
  const sheet = parseStoredPriceSheet(await readPriceMeters(q, version), about)
  lastMeters.store(q, '', sheet.meters, { version: fingerprint })
  return sheet
}
