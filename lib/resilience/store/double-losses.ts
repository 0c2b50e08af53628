import type { z } from 'zod'
import type { AccessScope, EpochMs } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { listVisibleNames, formatIsoTime } from '#lib/history/statements.ts'
import { readDeletionTime, type RowsVisibleInAccessScope } from '#lib/history/index.ts'
import type { n2Schema } from '../api/index.ts'

/**
 * A computation of the losses of all pairs of resources, for one set of visible resources (`audience`). It is waiting,
 * running or finished.
 */
interface DoubleLossRun
  extends Omit<z.input<typeof n2Schema>, 'isCurrent' | 'cases' | 'found' | 'independent' | 'notComputed' | 'most'> {
  audience: string
  scope: AccessScope
  /** fingerprint of the data from which the result was computed; null = the computation is not finished */
  restsOn: string | null
  /** result as plain JSON; null = the computation is not finished */
  body: unknown
}

const COLUMNS =
  'audience, scope, state, requested_at, requested_by, started_at, finished_at, pairs_done AS done, pairs_all AS "all", error, tables_at, rests_on, body'

/** Maximum number of computations that wait or run. */
const MAX_WAITING = 10
/** Age at which a finished computation is deleted. */
const KEPT = '30 days'

/** Error if the maximum number of computations is already waiting or running. */
export class DoubleLossQueueFullError extends Error {
  override name = 'DoubleLossQueueFullError'
}

/**
 * Requests a computation for a set of visible resources. It replaces the last finished computation for the same set. If
 * a computation for this set is already waiting or running, nothing changes.
 * @param visible the resources of the set; null = all
 * @throws DoubleLossQueueFullError if too many computations are waiting or running
 */
export async function requestDoubleLossRun(
  db: SqlExecutor,
  { audience, scope, by, at }: { audience: string; scope: AccessScope; by: string; at: EpochMs },
  visible: RowsVisibleInAccessScope | null,
): Promise<void> {
  const { rows } = await db.query<{ waiting: number }>(
    `SELECT count(*)::int AS waiting FROM double_loss_run WHERE state IN ('queued', 'running') AND audience <> $1`,
    [audience],
  )
  if ((rows[0]?.waiting ?? 0) >= MAX_WAITING)
    throw new DoubleLossQueueFullError(`${MAX_WAITING} runs over pairs wait or go on`)
  await db.query(
    `INSERT INTO double_loss_run AS r (audience, scope, seen, hidden, state, requested_at, requested_by)
     VALUES ($1, $2, $3, $4, 'queued', $5, $6)
     ON CONFLICT (audience) DO UPDATE SET scope = excluded.scope, seen = excluded.seen, hidden = excluded.hidden, state = 'queued',
       requested_at = excluded.requested_at, requested_by = excluded.requested_by, started_at = NULL, finished_at = NULL, pairs_done = 0,
       pairs_all = NULL, rests_on = NULL, tables_at = NULL, error = NULL, body = NULL
     WHERE r.state NOT IN ('queued', 'running')`,
    [
      audience,
      JSON.stringify(scope),
      visible ? listVisibleNames(visible) : [],
      visible?.foreignMembers ?? [],
      formatIsoTime(at),
      by,
    ],
  )
}

/**
 * Returns the last computation for a set of visible resources. Null if there is none, or if the caller may no longer
 * see all resources of the set.
 */
export async function readDoubleLossRun(db: SqlExecutor, audience: string): Promise<DoubleLossRun | null> {
  const [run] = await queryRowsInCamelCase<DoubleLossRun>(
    db,
    `SELECT ${COLUMNS} FROM double_loss_run WHERE audience = $1`,
    [audience],
  )
  return run ?? null
}

/**
 * Starts the next waiting computation and returns it; null = none is waiting. If a worker stopped during a computation,
 * that computation is started again. Also deletes computations that finished long ago.
 */
export async function startNextDoubleLossRun(db: SqlExecutor, now: EpochMs): Promise<DoubleLossRun | null> {
  const aged = await readDeletionTime(db)
  if (aged !== null)
    await db.query(`DELETE FROM double_loss_run WHERE finished_at < $1::timestamptz - $2::interval`, [
      formatIsoTime(aged),
      KEPT,
    ])
  const [run] = await queryRowsInCamelCase<DoubleLossRun>(
    db,
    `UPDATE double_loss_run SET state = 'running', started_at = $1, pairs_done = 0, pairs_all = NULL
     WHERE audience = (SELECT audience FROM double_loss_run WHERE state IN ('queued', 'running') ORDER BY requested_at, audience LIMIT 1)
       AND state IN ('queued', 'running')
     RETURNING ${COLUMNS}`,
    [formatIsoTime(now)],
  )
  return run ?? null
}

/**
 * Stores the progress of a computation.
 * @returns false if the computation was cancelled
 */
export async function recordDoubleLossesProgress(
  db: SqlExecutor,
  audience: string,
  { done, all }: { done: number; all: number },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE double_loss_run SET pairs_done = $2, pairs_all = $3 WHERE audience = $1 AND state = 'running'`,
    [audience, done, all],
  )
  return rowCount === 1
}

/** The result of a computation, or the error that ended it. */
type DoubleLossEnd = { restsOn: string; tablesAt: EpochMs | null; pairs: number; body: unknown } | { error: string }

/**
 * Stores the end of a computation, unless it was cancelled.
 * @param visible resources that the set contains at the end; null = all
 */
export async function endDoubleLossRun(
  db: SqlExecutor,
  audience: string,
  end: DoubleLossEnd,
  visible: RowsVisibleInAccessScope | null,
  now: EpochMs,
): Promise<void> {
  const found = 'error' in end ? null : end
  await db.query(
    `UPDATE double_loss_run SET state = CASE WHEN $2::text IS NULL THEN 'done' ELSE 'failed' END, error = $2, finished_at = $3,
       rests_on = $4, tables_at = $5, body = $6, pairs_done = coalesce($7, pairs_done), pairs_all = coalesce($7, pairs_all), seen = $8, hidden = $9
     WHERE audience = $1 AND state = 'running'`,
    [
      audience,
      'error' in end ? end.error : null,
      formatIsoTime(now),
      found?.restsOn ?? null,
      formatIsoTime(found?.tablesAt ?? null),
      found === null ? null : JSON.stringify(found.body),
      found?.pairs ?? null,
      visible ? listVisibleNames(visible) : [],
      visible?.foreignMembers ?? [],
    ],
  )
}

/**
 * Cancels a computation that is waiting or running.
 * @returns false if there is none
 */
export async function cancelDoubleLossRun(db: SqlExecutor, audience: string, now: EpochMs): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE double_loss_run SET state = 'cancelled', finished_at = $2 WHERE audience = $1 AND state IN ('queued', 'running')`,
    [audience, formatIsoTime(now)],
  )
  return rowCount === 1
}
