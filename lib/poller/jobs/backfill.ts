import type { Azure } from '#lib/azure/index.ts'
import { decodeConfig } from '#lib/azure/config/index.ts'
import {
  bitRateMetrics,
  type EpochMs,
  hasReach,
  type Outcome,
  type PollTarget,
  reachMetrics,
  type StreamChange,
} from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import {
  type Backfill,
  dueBackfills,
  postponeBackfill,
  recordBackfill,
  resourceByIdOrArmId,
  shortIdOf,
} from '#lib/history/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { CHANGES, notifyListeners } from '#lib/platform/notifications/index.ts'

interface BackfillContext {
  azure: Azure
  db: Database
  clock: Clock
}

/** Length of the period of one request: the number of 5-minute buckets that Azure Monitor returns in one response. */
const PIECE_MS = 5 * 86_400_000
/** Minimum number of reads that ARM's budget (a bucket of 250) must have left; below it the polls need all reads. */
const SPARED_READS = 100

/** Pauses after a failure, by outcome. Outcomes that a person must fix have a longer pause than temporary ones. */
const patience: Partial<Record<Outcome, number>> = {
  throttled: MINUTE,
  locked: MINUTE,
  timeout: 5 * MINUTE,
  unavailable: 5 * MINUTE,
}
const LONG_PATIENCE_MS = 60 * MINUTE

/**
 * Fetches the bit rates that Azure Monitor stores for new circuits and connections, newest first, one request at a
 * time. Progress is stored with each piece, so that an interrupted run continues there.
 * @param signal ends the run; the piece in flight is requested again later
 * @returns the number of fetched pieces
 */
export async function backFillMetrics(context: BackfillContext, signal: AbortSignal): Promise<number> {
  const { db, clock } = context
  let pieces = 0
  for (const due of await dueBackfills(db.pool, clock.now())) {
    const { fetched, goOn } = await fetchPast(context, due, signal)
    pieces += fetched
    if (!goOn) break
  }
  return pieces
}

/**
 * Builds the change notification for a target's usage and cost. It makes screens refresh, but not for each of ten
 * pieces per second.
 */
const changeOf = ({ resourceId }: PollTarget, at: EpochMs): StreamChange => ({
  topics: ['circuits', 'cost'],
  scope: shortIdOf(resourceId),
  at: new Date(at).toISOString(),
  countersOnly: true,
})

/** Returns the rate metrics that are fetched. Global Reach rates are included for circuits with Global Reach. */
async function ratesOf({ pool }: Database, { resourceId }: PollTarget): Promise<string[]> {
  const resource = await resourceByIdOrArmId(pool, resourceId)
  const config = resource && decodeConfig(resource.type, resource.config)
  const reaches = config?.resource === 'circuit' && hasReach(config)
  return [...Object.values(bitRateMetrics), ...(reaches ? Object.values(reachMetrics) : [])]
}

/**
 * Fetches the past of one target.
 * @returns `goOn` false: no target may send further requests for now
 */
async function fetchPast(
  { azure, db, clock }: BackfillContext,
  backfill: Backfill,
  signal: AbortSignal,
): Promise<{ fetched: number; goOn: boolean }> {
  const log = componentLogger('backfill')
  const { sourceId, target, goalAt } = backfill
  const metrics = await ratesOf(db, target)
  let fetched = 0
  for (let to = backfill.reachedAt; to > goalAt; ) {
    if (signal.aborted) return { fetched, goOn: false }
    const from: EpochMs = Math.max(goalAt, to - PIECE_MS)
    const params = { from, to, interval: 'PT5M', metrics }
    const observation = await azure.poll(target, 'metrics', { signal, params })
    const { outcome, error, budget } = observation
    // an unreadable part remains unreadable, but data that a throttled request omitted is requested again
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
      if (isOurs) await notifyListeners(client, CHANGES, JSON.stringify(changeOf(target, clock.now())))
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
