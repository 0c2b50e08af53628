import { PUBLIC_RETAIL_PRICES, readRetailPrices } from '#lib/azure/index.ts'
import { parsePriceSheet, parseStoredPriceSheet, loadShippedPrices, convertToStoredMeters } from '../rules/index.ts'
import type { StreamChange } from '#lib/contract/index.ts'
import { savePriceSheet, readLastPriceCheck, readPriceSheetWithMeters, recordPriceFailure } from '../store/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { CHANGES_NOTIFY_CHANNEL, sendMessageToPostgresChannel } from '#lib/platform/notifications/index.ts'
import type { ScheduledJob } from '#lib/platform/job.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'

interface PriceJobContext {
  db: Database
  clock: Clock
  /** Address of the price API; null = do not request prices, and use the list shipped with Peerwatch. */
  url: string | null
}

/** Time in milliseconds after which prices are read again. List prices usually change once a month. */
const GOOD_FOR_MS = 24 * MS_PER_HOUR
/**
 * Minimum time in milliseconds between a failed attempt and the next one. It is short enough for a temporary failure,
 * and long enough that a permanent failure causes few requests.
 */
const PATIENCE_MS = MS_PER_HOUR
/**
 * Currency of the requested prices. Only prices in USD are binding; the other currencies of the API are for reference.
 */
const CURRENCY = 'USD'

/**
 * Returns the address of the price API. It is the configured address, or the address of Azure's public cloud. Returns
 * null for another cloud if no address is configured, because such an installation must not send requests to the public
 * cloud.
 */
export function getRetailPricesUrl(azure: { retailPricesUrl: string | null; isPublicCloud: boolean }): string | null {
  return azure.retailPricesUrl ?? (azure.isPublicCloud ? PUBLIC_RETAIL_PRICES : null)
}

/** Returns the job that reads the price list once a day. It runs each hour, so that a failed read is repeated. */
export function createPriceJob(context: Omit<PriceJobContext, 'db'>): ScheduledJob {
  return {
    name: 'prices',
    everyMs: MS_PER_HOUR,
    atMs: 23 * MS_PER_MINUTE,
    expireInSeconds: 900,
    run: async (signal, db) => ({ outcome: await refreshPrices({ ...context, db }, signal) }),
  }
}

/**
 * Reads the price list if the last read is old enough, checks it and stores it. If the new list fails the checks, the
 * last valid list remains in use.
 */
export async function refreshPrices(
  { db, clock, url }: PriceJobContext,
  signal: AbortSignal,
): Promise<'off' | 'not_due' | 'taken' | 'same' | 'refused' | 'unreachable'> {
  if (url === null) return 'off'
  if (!(await isDue(db, clock.now()))) return 'not_due'
  const answer = await readRetailPrices({ url, currency: CURRENCY, signal })
  const at = clock.now()
  const log = createComponentLogger('prices')
  const fail = async (outcome: 'refused' | 'unreachable', faults: { check: string; detail: string }[]) => {
    log.warn({ outcome, faults }, 'no new price list; the last good one stays')
    await recordPriceFailure(db.pool, { at, outcome, faults })
    return outcome
  }
  if (!answer.ok) return fail('unreachable', [{ check: 'answer', detail: answer.reason }])
  const last = await readPriceSheetWithMeters(db.pool)
  const reading = parsePriceSheet(answer.pages, {
    source: 'retail',
    readAt: at,
    last: last
      ? parseStoredPriceSheet(last.meters, { source: 'retail', readAt: last.lastReadAt, currency: last.currency })
      : loadShippedPrices(),
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
      meters: convertToStoredMeters(sheet),
      leftOut: refused,
      oddRows: refusedRows,
      unused,
    })
    if (kept === 'taken') {
      const change: StreamChange = { topics: ['cost'], scope: null, at: new Date(at).toISOString() }
      await sendMessageToPostgresChannel(client, CHANGES_NOTIFY_CHANNEL, JSON.stringify(change))
      log.info({ meters: sheet.meters.length }, 'a new price list is in force')
    }
    return kept
  })
}

async function isDue(db: Database, now: number): Promise<boolean> {
  const last = await readLastPriceCheck(db.pool)
  if (last === null) return true
  const failed = last.outcome === 'refused' || last.outcome === 'unreachable'
  return now >= last.at + (failed ? PATIENCE_MS : GOOD_FOR_MS)
}
