import { type EpochMs, formatPollOutcome } from '#lib/contract/index.ts'
import { type SetupResult, createSetupResult } from '#lib/contract/words/setup-checks.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { CostEndpointResponse } from '../api/index.ts'
import {
  readBillReadAttempts,
  readLastPriceCheck,
  readPriceSheetWithoutMeters,
  readPriceVersions,
} from '../store/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { type ReadableDatabase, getSqlExecutor, buildAgeWithoutPolls } from '#lib/questions/index.ts'

import { readCurrentPriceSheet } from './price-sheet.ts'

const LISTED_VERSIONS = 20

/** Returns the current price list, its age, and the reason if a newer list was refused. */
export async function getCostPrices(
  db: ReadableDatabase,
  now: EpochMs = getDatabaseNow(),
): Promise<CostEndpointResponse<'costPrices'>> {
  const q = getSqlExecutor(db)
  const sheet = await readCurrentPriceSheet(q)
  const stored = await readPriceSheetWithoutMeters(q)
  const newest = sheet.meters.reduce((latest, { effectiveFrom }) => Math.max(latest, effectiveFrom), 0)
  return {
    data: {
      sheet: {
        source: sheet.source,
        readAt: sheet.readAt,
        ageDays: Math.max(0, Math.floor((now - sheet.readAt) / MS_PER_DAY)),
        currency: sheet.currency,
        version: stored?.version ?? null,
        effectiveFrom: newest,
        meters: sheet.meters.length,
      },
      lastCheck: await readLastPriceCheck(q),
      versions: await readPriceVersions(q, LISTED_VERSIONS),
    },
    ...buildAgeWithoutPolls(now),
  }
}

const MAX_EXAMPLES = 3

/**
 * Returns the result of the setup check for prices. It contains whether the price list and each bill could be read, and
 * examples of unusable rows.
 */
export async function checkPriceSources(q: SqlExecutor): Promise<SetupResult> {
  const [check, bills] = [await readLastPriceCheck(q), await readBillReadAttempts(q)]
  if (check === null && bills.length === 0)
    return createSetupResult('prices', 'skip', 'No price list and no bill was read yet.')
  const { faults = [], oddRows = null, unused = null, outcome = 'same' } = check ?? {}
  const examples = faults.slice(0, MAX_EXAMPLES).map(({ detail }) => detail)
  const isFailing = outcome === 'refused' || outcome === 'unreachable'
  const lines = [
    ...(isFailing ? [`Price list, ${outcome}: ${examples.join('; ')}`] : []),
    ...(!isFailing && faults.length > 0
      ? [`Price list, rows that could not be used: ${oddRows ?? faults.length}: ${examples.join('; ')}`]
      : []),
    ...bills.flatMap((bill) => {
      const failure =
        bill.outcome === 'ok' || bill.outcome === 'incomplete' ? null : (bill.error ?? formatPollOutcome(bill.outcome))
      const why = [failure, bill.unread].filter((words) => words !== null)
      return why.length > 0 ? [`Bill of ${bill.subscriptionId}: ${why.join('; ')}`] : []
    }),
  ]
  const isOdd = lines.length > 0
  if (unused && unused.rows > 0)
    lines.push(`Price list, rows that no figure uses: ${unused.rows}, for example ${unused.examples.join('; ')}`)
  if (!isOdd) return createSetupResult('prices', 'pass', 'Every row that figures use was read.', { lines })
  return createSetupResult(
    'prices',
    'warn',
    'Figures of cost lack the rows that are listed; all other rows are used.',
    {
      lines,
      remedy: 'Set a price override for a meter without a price; a row of a bill is read again with the next bill.',
    },
  )
}
