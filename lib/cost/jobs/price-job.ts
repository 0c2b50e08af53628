import { PUBLIC_RETAIL_PRICES, readRetailPrices } from '#lib/azure/index.ts'
import { readPriceSheet, sheetOfStored, shippedPrices, storedMeters } from '../rules/index.ts'
import type { StreamChange } from '#lib/contract/index.ts'
import { savePriceSheet, lastPriceCheck, latestPriceSheet, recordPriceFailure } from '../store/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { CHANGES, notifyListeners } from '#lib/platform/notifications/index.ts'
import type { Job } from '#lib/platform/job.ts'
import { HOUR, MINUTE } from '#lib/contract/time/time.ts'

interface PriceJobContext {
  db: Database
  clock: Clock
  /** where prices are asked for; null = nowhere, and the shipped list goes on being used */
  url: string | null
}

/** Prices change by the month. */
const GOOD_FOR_MS = 24 * HOUR
/** After a failure: what passes by itself is over, what does not is not asked about all day long. */
const PATIENCE_MS = HOUR
/** USD is the price of record; other currencies of the API are for reference only. */
const CURRENCY = 'USD'

/**
 * The address that prices are asked at: the configured one, the public cloud's with the public ARM, and none with a foreign ARM, since
 * nothing of a foreign cloud is to be asked in the public one.
 */
export function retailPricesUrl(azure: { retailPricesUrl: string | null; isPublicCloud: boolean }): string | null {
  return azure.retailPricesUrl ?? (azure.isPublicCloud ? PUBLIC_RETAIL_PRICES : null)
}

/** Reads the price list once a day; checked each hour, so that a failure is made up for. */
export function priceJob(context: Omit<PriceJobContext, 'db'>): Job {
  return {
    name: 'prices',
    everyMs: HOUR,
    atMs: 23 * MINUTE,
    expireInSeconds: 900,
    run: async (signal, db) => ({ outcome: await refreshPrices({ ...context, db }, signal) }),
  }
}

/** Reads, checks and keeps the price list if it is time. A list that is refused leaves the last good one in force. */
export async function refreshPrices(
  { db, clock, url }: PriceJobContext,
  signal: AbortSignal,
): Promise<'off' | 'not_due' | 'taken' | 'same' | 'refused' | 'unreachable'> {
  if (url === null) return 'off'
  if (!(await isDue(db, clock.now()))) return 'not_due'
  const answer = await readRetailPrices({ url, currency: CURRENCY, signal })
  const at = clock.now()
  const log = componentLogger('prices')
  const fail = async (outcome: 'refused' | 'unreachable', faults: { check: string; detail: string }[]) => {
    log.warn({ outcome, faults }, 'no new price list; the last good one stays')
    await recordPriceFailure(db.pool, { at, outcome, faults })
    return outcome
  }
  if (!answer.ok) return fail('unreachable', [{ check: 'answer', detail: answer.reason }])
  const last = await latestPriceSheet(db.pool)
  const reading = readPriceSheet(answer.pages, {
    source: 'retail',
    readAt: at,
    last: last
      ? sheetOfStored(last.meters, { source: 'retail', readAt: last.lastReadAt, currency: last.currency })
      : shippedPrices(),
  })
  if (!reading.ok) return fail('refused', reading.faults)
  const { sheet, refused, refusedRows, unused } = reading
  if (refusedRows > 0) log.warn({ refused, refusedRows }, 'rows of the price list were left out')
  return db.transaction(async (client) => {
    const effectiveAt = sheet.meters.reduce((newest, meter) => Math.max(newest, meter.effectiveFrom), 0)
    const kept = await savePriceSheet(client, {
      currency: sheet.currency,
      effectiveAt,
      readAt: at,
      meters: storedMeters(sheet),
      leftOut: refused,
      oddRows: refusedRows,
      unused,
    })
    if (kept === 'taken') {
      const change: StreamChange = { topics: ['cost'], scope: null, at: new Date(at).toISOString() }
      await notifyListeners(client, CHANGES, JSON.stringify(change))
      log.info({ meters: sheet.meters.length }, 'a new price list is in force')
    }
    return kept
  })
}

async function isDue(db: Database, now: number): Promise<boolean> {
  const last = await lastPriceCheck(db.pool)
  if (last === null) return true
  const failed = last.outcome === 'refused' || last.outcome === 'unreachable'
  return now >= last.at + (failed ? PATIENCE_MS : GOOD_FOR_MS)
}
