import type { EpochMs } from '#lib/contract/index.ts'
import { DAY } from '#lib/contract/time/time.ts'
import type { ResponseOf } from '../api/index.ts'
import { lastPriceCheck, newestPriceSheet, priceVersions } from '../store/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { type Db, queryable, ageWithoutPolls, iso } from '#lib/questions/index.ts'

import { priceSheetInForce } from './price-sheet.ts'

const LISTED_VERSIONS = 20

/** The price list in force, how old it is, and why a newer one was refused. */
export async function getCostPrices(db: Db, now: EpochMs = databaseNow()): Promise<ResponseOf<'costPrices'>> {
  const q = queryable(db)
  const sheet = await priceSheetInForce(q)
  const stored = await newestPriceSheet(q)
  const check = await lastPriceCheck(q)
  const newest = sheet.meters.reduce((latest, { effectiveFrom }) => Math.max(latest, effectiveFrom), 0)
  return {
    data: {
      sheet: {
        source: sheet.source,
        readAt: iso(sheet.readAt),
        ageDays: Math.max(0, Math.floor((now - sheet.readAt) / DAY)),
        currency: sheet.currency,
        version: stored?.version ?? null,
        effectiveFrom: iso(newest),
        meters: sheet.meters.length,
      },
      lastCheck: check && { ...check, at: iso(check.at) },
      versions: (await priceVersions(q, LISTED_VERSIONS)).map(
        ({ version, currency, effectiveAt, firstReadAt, lastReadAt, meters }) => ({
          version,
          currency,
          effectiveFrom: iso(effectiveAt),
          firstReadAt: iso(firstReadAt),
          lastReadAt: iso(lastReadAt),
          meters,
        }),
      ),
    },
    ...ageWithoutPolls(now),
  }
}
