import type { AzureAccess } from '#lib/azure/index.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  bitRateMetrics,
  type EpochMs,
  hasGlobalReach,
  type PollOutcome,
  type PollTarget,
  globalReachMetrics,
  type StreamChange,
} from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  type BitRateBackfill,
  readDueBackfills,
  postponeBackfill,
  recordBackfill,
  readResourceByIdOrArmId,
  computeShortId,
} from '#lib/history/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { CHANGES_NOTIFY_CHANNEL, sendMessageToPostgresChannel } from '#lib/platform/notifications/index.ts'

interface BackfillContext {
  azure: AzureAccess
  db: Database
  clock: Clock
}

/**
 * Length of the time that one request covers, milliseconds. It is the maximum number of 5-minute buckets in one
 * response of Azure Monitor.
 */
const PIECE_MS = 5 * 86_400_000
/**
 * Past metrics are read only while ARM reports at least this number of remaining reads (of its budget of 250). With
 * fewer remaining reads, all of them are left to the polls.
 */
const SPARED_READS = 100

/**
 * Time to wait after a failed request, milliseconds, by outcome. If a person must fix the cause of the failure, the
 * wait is longer (LONG_PATIENCE_MS).
 */
const patience: Partial<Record<PollOutcome, number>> = {
  throttled: MS_PER_MINUTE,
  locked: MS_PER_MINUTE,
  timeout: 5 * MS_PER_MINUTE,
  unavailable: 5 * MS_PER_MINUTE,
}
const LONG_PATIENCE_MS = 60 * MS_PER_MINUTE

/**
 * For new circuits and connections, reads the bit rates of the past that Azure Monitor has stored. It reads backwards
 * in time, one request after the other. The progress is stored after each request, so that an interrupted run continues
 * there.
 * @param signal stops the run; the current request is repeated in the next run
 * @returns number of requests whose data was stored
 */
export async function backFillMetrics(context: BackfillContext, signal: AbortSignal): Promise<number> {
  const { db, clock } = context
  let pieces = 0
  for (const due of await readDueBackfills(db.pool, clock.now())) {
    const { fetched, goOn } = await fetchPast(context, due, signal)
    pieces += fetched
    if (!goOn) break
  }
  return pieces
}

/**
 * Builds the notification that the usage and cost of a resource changed. `countersOnly` lets screens combine the
 * notifications, of which there may be ten in a second.
 */
const changeOf = ({ resourceId }: PollTarget, at: EpochMs): StreamChange => ({
  topics: ['circuits', 'cost'],
  scope: computeShortId(resourceId),
  at: new Date(at).toISOString(),
  countersOnly: true,
})

/**
 * Returns the names of the bit rate metrics to read for a resource. For a circuit with Global Reach, they include the
 * rates of Global Reach.
 */
async function ratesOf({ pool }: Database, { resourceId }: PollTarget): Promise<string[]> {
  const resource = await readResourceByIdOrArmId(pool, resourceId)
  const config = resource && decodeResourceConfig(resource.type, resource.config)
  const reaches = config?.resource === 'circuit' && hasGlobalReach(config)
  return [...Object.values(bitRateMetrics), ...(reaches ? Object.values(globalReachMetrics) : [])]
}

/**
 * Reads the past bit rates of one resource.
 * @returns `goOn` = false if other resources must wait, too, because Azure throttled a request, few reads are left, or
 *   the run is stopped
 */
async function fetchPast(
  { azure, db, clock }: BackfillContext,
  backfill: BitRateBackfill,
  signal: AbortSignal,
): Promise<{ fetched: number; goOn: boolean }> {
  const log = createComponentLogger('backfill')
  const { sourceId, target, goalAt } = backfill
  const metrics = await ratesOf(db, target)
  let fetched = 0
  for (let to = backfill.reachedAt; to > goalAt; ) {
    if (signal.aborted) return { fetched, goOn: false }
    const from: EpochMs = Math.max(goalAt, to - PIECE_MS)
    const params = { from, to, interval: 'PT5M', metrics }
    const observation = await azure.poll(target, 'metrics', { signal, params })
    const { outcome, error, budget } = observation
    // Data that could not be parsed will never be readable, so it counts as read. Data that a throttled request left
    // out is requested again.
    const isRead = outcome === 'ok' || (outcome === 'incomplete' && error?.code === 'MALFORMED_FIELD')
    if (!isRead || observation.kind !== 'metrics') {
      const waitMs = Math.max(patience[outcome] ?? LONG_PATIENCE_MS, (error?.retryAfterSeconds ?? 0) * 1_000)
      await postponeBackfill(db.pool, sourceId, clock.now() + waitMs, outcome)
      log.warn({ resource: target.resourceId, outcome, error, waitMs }, 'past metrics could not be fetched')
      return { fetched, goOn: outcome !== 'throttled' }
    }
    const piece = { ...backfill, reachedAt: to }
    const kept = await db.transaction(async (client) => {
      const isOurs = await recordBackfill(client, piece, from, observation.rows)
      if (isOurs)
        await sendMessageToPostgresChannel(
          client,
          CHANGES_NOTIFY_CHANNEL,
          JSON.stringify(changeOf(target, clock.now())),
        )
      return isOurs
    })
    if (!kept) return { fetched, goOn: true }
    fetched++
    to = from
    if ((budget?.remainingReads ?? Number.POSITIVE_INFINITY) < SPARED_READS) return { fetched, goOn: false }
  }
  log.info({ resource: target.resourceId, from: new Date(goalAt) }, 'past metrics are fetched')
  return { fetched, goOn: true }
}
