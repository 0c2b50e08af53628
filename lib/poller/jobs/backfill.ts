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

/** One request: as many 5-minute buckets as Azure Monitor answers in one piece. */
const PIECE_MS = 5 * 86_400_000
/** With fewer reads than this left in ARM's budget, a bucket of 250, the polls need them all. */
const SPARED_READS = 100

/** How long one is left alone. What a person has to mend takes longer than what passes by itself. */
const patience: Partial<Record<Outcome, number>> = {
  throttled: MINUTE,
  locked: MINUTE,
  timeout: 5 * MINUTE,
  unavailable: 5 * MINUTE,
}
const LONG_PATIENCE_MS = 60 * MINUTE

/**
 * Fetches the bit rates that Azure Monitor keeps of circuits and connections met for the first time, newest first, one request at a time. How
 * far it got is remembered with each piece, so that it goes on there after any end.
 * @param signal ends it; the piece in flight is then requested again
 * @returns how many pieces were fetched
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

/** Its usage, and what it comes to: screens that show them read them again, though not for each of ten pieces in a second. */
const changeOf = ({ resourceId }: PollTarget, at: EpochMs): StreamChange => ({
  topics: ['circuits', 'cost'],
  scope: shortIdOf(resourceId),
  at: new Date(at).toISOString(),
  countersOnly: true,
})

/** The rates of which a past is kept: those of Global Reach are there for circuits that have it. */
async function ratesOf({ pool }: Database, { resourceId }: PollTarget): Promise<string[]> {
  const resource = await resourceByIdOrArmId(pool, resourceId)
  const config = resource && decodeConfig(resource.type, resource.config)
  const reaches = config?.resource === 'circuit' && hasReach(config)
  return [...Object.values(bitRateMetrics), ...(reaches ? Object.values(reachMetrics) : [])]
}

/** @returns `goOn` false: nothing more may be asked for now, of none */
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
    // a part that can't be read stays so; what a throttled request left out is asked for again
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
