import type { AzureAccess } from '#lib/azure/index.ts'
import type { EpochMs, PollOutcome, StreamChange } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { type BillReadAttempt, readBillReadAttempts, saveBill, recordBillReadAttempt } from '../store/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { CHANGES_NOTIFY_CHANNEL, sendMessageToPostgresChannel } from '#lib/platform/notifications/index.ts'

interface BillJobContext {
  db: Database
  azure: Pick<AzureAccess, 'bill' | 'listSubscriptions'>
  clock: Clock
}

/**
 * Time in milliseconds after which a bill is read again. Azure adds the records of a day in the course of the following
 * days, so a bill must be read repeatedly.
 */
const GOOD_FOR_MS = 24 * MS_PER_HOUR
/**
 * Minimum time in milliseconds between a failed attempt and the next one. It is longer if the server requires that with
 * the header Retry-After.
 */
const PATIENCE_MS = MS_PER_HOUR

/**
 * Reads each bill that was not read recently, one subscription after the other. Each read includes the previous month,
 * because its last records appear in the bill only after the month has ended. If a bill cannot be read, its stored rows
 * remain.
 */
export async function readBills(
  { db, azure, clock }: BillJobContext,
  signal: AbortSignal,
): Promise<{ read: number; failed: number }> {
  const { subscriptions } = await azure.listSubscriptions({ signal })
  const reads = new Map((await readBillReadAttempts(db.pool)).map((read) => [read.subscriptionId, read]))
  const figures = { read: 0, failed: 0 }
  for (const { subscriptionId } of subscriptions) {
    const last = reads.get(subscriptionId.toLowerCase())
    if (!isDue(last, clock.now())) continue
    const isRead = await readOne({ db, azure, clock }, subscriptionId, signal)
    figures[isRead ? 'read' : 'failed']++
  }
  return figures
}

/**
 * Reports whether all pages of a bill were received. The outcome also counts as good if some rows could not be parsed.
 */
const isGood = (outcome: PollOutcome): boolean => outcome === 'ok' || outcome === 'incomplete'

function isDue(last: BillReadAttempt | undefined, now: EpochMs): boolean {
  if (!last) return true
  const wait = isGood(last.outcome) ? GOOD_FOR_MS : Math.max(PATIENCE_MS, (last.retryAfterSeconds ?? 0) * 1_000)
  return now >= last.at + wait
}

async function readOne(
  { db, azure, clock }: BillJobContext,
  subscriptionId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const today = Math.floor(clock.now() / MS_PER_DAY) * MS_PER_DAY
  const begin = new Date(today)
  const window = { from: Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth() - 1, 1), to: today + MS_PER_DAY }
  const { outcome, error, rows } = await azure.bill({ subscriptionId, ...window }, { signal })
  const at = clock.now()
  if (!isGood(outcome)) {
    createComponentLogger('bills').warn(
      { subscriptionId, outcome, error },
      'the bill could not be read; what is known stays',
    )
    const { detail = null, retryAfterSeconds = null } = error ?? {}
    await recordBillReadAttempt(db.pool, { subscriptionId, at, outcome, error: detail, retryAfterSeconds })
    return false
  }
  const unread = error?.detail ?? null
  if (unread !== null)
    createComponentLogger('bills').warn({ subscriptionId, unread }, 'rows of a bill could not be read')
  await db.transaction(async (client) => {
    await saveBill(client, { subscriptionId, ...window, readAt: at, rows, unread })
    const change: StreamChange = { topics: ['cost'], scope: null, at: new Date(at).toISOString() }
    await sendMessageToPostgresChannel(client, CHANGES_NOTIFY_CHANNEL, JSON.stringify(change))
  })
  return true
}
