import type { PoolClient } from 'pg'
import { armTypes, type EpochMs, type PollOutcome, type PollTarget } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { formatIsoTime, toEpochMs } from '../times.ts'
import { type BitRateRow, recordRates } from './roll-up-metrics.ts'
import { computeBucketStart } from './rollup-steps.ts'

/** Time for which Azure Monitor keeps metrics: 93 days. */
const METRICS_KEPT_MS = 93 * 86_400_000

/**
 * Resource types whose past usage is fetched from Azure Monitor (backfill). The traffic of circuits and their
 * connections is billed, or used to divide a bill.
 */
const BACKFILLED = [armTypes.circuit, armTypes.connection]

/** A circuit or connection whose past bit rates have not been fetched yet as far back as Azure keeps them. */
export interface BitRateBackfill {
  sourceId: number
  target: PollTarget
  /** start of the time for which all bit rates have been fetched; the fetching proceeds backwards */
  reachedAt: EpochMs
  goalAt: EpochMs
}

/**
 * Returns the circuits and connections whose metrics are polled and whose past is still to be fetched. The resources
 * that this function found first are returned first, circuits before connections.
 */
export async function readDueBackfills(db: SqlExecutor, now: EpochMs): Promise<BitRateBackfill[]> {
  await db.query(
    `INSERT INTO metric_backfill (source_id, begun_at, reached_at, goal_at, retry_at)
     SELECT p.source_id, $1, $1, $2, $1
     FROM poll_schedule p
     JOIN source s ON s.id = p.source_id JOIN resource r ON r.id = s.resource_id
     WHERE p.kind = 'metrics' AND s.subresource = '' AND r.type = ANY ($3)
       AND NOT EXISTS (SELECT FROM metric_backfill b WHERE b.source_id = p.source_id)
     ORDER BY p.source_id
     ON CONFLICT (source_id) DO NOTHING`,
    [
      formatIsoTime(computeBucketStart('5m', now)),
      formatIsoTime(computeBucketStart('5m', now - METRICS_KEPT_MS)),
      BACKFILLED,
    ],
  )
  const rows = await queryRowsInCamelCase<Omit<BitRateBackfill, 'target'> & PollTarget>(
    db,
    `SELECT b.source_id, r.arm_id AS resource_id, s.subresource, b.reached_at, greatest(b.goal_at, $2) AS goal_at
     FROM metric_backfill b
     JOIN source s ON s.id = b.source_id JOIN resource r ON r.id = s.resource_id
     JOIN poll_schedule p ON p.source_id = b.source_id AND p.kind = 'metrics'
     WHERE b.reached_at > greatest(b.goal_at, $2) AND b.retry_at <= $1
     ORDER BY b.begun_at, r.type <> $3, b.source_id`,
    [formatIsoTime(now), formatIsoTime(computeBucketStart('5m', now - METRICS_KEPT_MS)), armTypes.circuit],
  )
  return rows.map(({ resourceId, subresource, ...row }) => ({ ...row, target: { resourceId, subresource } }))
}

/**
 * Stores a part of the fetched past and records how far back the past is fetched now, in the caller's transaction.
 * @param from start of the part, which ends at the start of the part that was stored before it
 * @returns false if another worker has stored this part meanwhile; nothing is then stored
 */
export async function recordBackfill(
  client: PoolClient,
  { sourceId, reachedAt }: BitRateBackfill,
  from: EpochMs,
  rows: readonly BitRateRow[],
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE metric_backfill SET reached_at = $3, last_outcome = 'ok' WHERE source_id = $1 AND reached_at = $2`,
    [sourceId, formatIsoTime(reachedAt), formatIsoTime(from)],
  )
  if (rowCount === 0) return false
  await recordRates(client, sourceId, rows)
  return true
}

/**
 * Returns for each circuit and connection how far back its past was fetched from Azure Monitor, by short ID. A cached
 * result that depends on usage is out of date if it was computed with a later time, because this time changes in the
 * transaction that stores the fetched data.
 */
export async function readBackfillProgress(db: SqlExecutor): Promise<Map<string, EpochMs>> {
  const { rows } = await db.query<{ short_id: string; reached_at: Date }>(
    `SELECT r.short_id, min(b.reached_at) AS reached_at
     FROM metric_backfill b JOIN source s ON s.id = b.source_id JOIN resource r ON r.id = s.resource_id
     GROUP BY r.short_id`,
  )
  return new Map(rows.map(({ short_id, reached_at }) => [short_id, toEpochMs(reached_at)]))
}

/** Postpones the backfill of a source until a time, because a request to Azure failed with the given outcome. */
export async function postponeBackfill(
  db: SqlExecutor,
  sourceId: number,
  until: EpochMs,
  outcome: PollOutcome,
): Promise<void> {
  await db.query('UPDATE metric_backfill SET retry_at = $2, last_outcome = $3 WHERE source_id = $1', [
    sourceId,
    formatIsoTime(until),
    outcome,
  ])
}
