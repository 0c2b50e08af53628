import type { z } from 'zod'
import type { AccessScope, EpochMs } from '#lib/contract/index.ts'
import { type Queryable, readRows } from '#lib/platform/queryable.ts'
import { listVisibleNames, iso } from '#lib/history/statements.ts'
import { deletionTime, type Visible } from '#lib/history/index.ts'
import type { n2 } from '../api/index.ts'

/** A computation of pairs of losses for one scope: queued, running or finished. */
interface DoubleLossRun
  extends Omit<z.input<typeof n2>, 'isCurrent' | 'cases' | 'found' | 'independent' | 'notComputed' | 'most'> {
  audience: string
  scope: AccessScope
  /** fingerprint of the data from which the run was computed; null until it is done */
  restsOn: string | null
  /** computed pairs as plain JSON; null until it is done */
  body: unknown
}

const COLUMNS =
  'audience, scope, state, requested_at, requested_by, started_at, finished_at, pairs_done AS done, pairs_all AS "all", error, tables_at, rests_on, body'

/** Maximum number of scopes with a queued or running computation. */
const MAX_WAITING = 10
/** Age at which a finished run is deleted. */
const KEPT = '30 days'

/** An error because the maximum number of runs are already queued or running. */
export class DoubleLossesFull extends Error {
  override name = 'DoubleLossesFull'
}

/**
 * Requests a run, which replaces the last finished run of the same scope. A run that is already queued or running is
 * unchanged.
 * @param visible resources that the scope may see; null = all
 * @throws DoubleLossesFull
 */
export async function requestDoubleLosses(
  db: Queryable,
  { audience, scope, by, at }: { audience: string; scope: AccessScope; by: string; at: EpochMs },
  visible: Visible | null,
): Promise<void> {
  const { rows } = await db.query<{ waiting: number }>(
    `SELECT count(*)::int AS waiting FROM double_loss_run WHERE state IN ('queued', 'running') AND audience <> $1`,
    [audience],
  )
  if ((rows[0]?.waiting ?? 0) >= MAX_WAITING) throw new DoubleLossesFull(`${MAX_WAITING} runs over pairs wait or go on`)
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
      iso(at),
      by,
    ],
  )
}

/**
 * Returns the last run of a scope.
 * @returns null if it is missing, or was computed from resources that are now hidden from the reader
 */
export async function doubleLossRun(db: Queryable, audience: string): Promise<DoubleLossRun | null> {
  const [run] = await readRows<DoubleLossRun>(db, `SELECT ${COLUMNS} FROM double_loss_run WHERE audience = $1`, [
    audience,
  ])
  return run ?? null
}

/**
 * Starts the oldest unfinished run (a queued run, or a run that a stopped worker left behind) from the beginning, and
 * returns it; null = there is none. Deletes runs that finished long ago.
 */
export async function takeDoubleLosses(db: Queryable, now: EpochMs): Promise<DoubleLossRun | null> {
  const aged = await deletionTime(db)
  if (aged !== null)
    await db.query(`DELETE FROM double_loss_run WHERE finished_at < $1::timestamptz - $2::interval`, [iso(aged), KEPT])
  const [run] = await readRows<DoubleLossRun>(
    db,
    `UPDATE double_loss_run SET state = 'running', started_at = $1, pairs_done = 0, pairs_all = NULL
     WHERE audience = (SELECT audience FROM double_loss_run WHERE state IN ('queued', 'running') ORDER BY requested_at, audience LIMIT 1)
       AND state IN ('queued', 'running')
     RETURNING ${COLUMNS}`,
    [iso(now)],
  )
  return run ?? null
}

/**
 * Records the progress of a run.
 * @returns false if the run was cancelled
 */
export async function recordDoubleLossesProgress(
  db: Queryable,
  audience: string,
  { done, all }: { done: number; all: number },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE double_loss_run SET pairs_done = $2, pairs_all = $3 WHERE audience = $1 AND state = 'running'`,
    [audience, done, all],
  )
  return rowCount === 1
}

/** The result of a run, or the error that ended it. */
type DoubleLossEnd = { restsOn: string; tablesAt: EpochMs | null; pairs: number; body: unknown } | { error: string }

/**
 * Records the end of a run. A run that was cancelled in the meantime stays cancelled.
 * @param visible resources that the scope could see at the end
 */
export async function endDoubleLosses(
  db: Queryable,
  audience: string,
  end: DoubleLossEnd,
  visible: Visible | null,
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
      iso(now),
      found?.restsOn ?? null,
      iso(found?.tablesAt ?? null),
      found === null ? null : JSON.stringify(found.body),
      found?.pairs ?? null,
      visible ? listVisibleNames(visible) : [],
      visible?.foreignMembers ?? [],
    ],
  )
}

/**
 * Cancels a queued or running computation.
 * @returns false if no computation was queued or running
 */
export async function cancelDoubleLosses(db: Queryable, audience: string, now: EpochMs): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE double_loss_run SET state = 'cancelled', finished_at = $2 WHERE audience = $1 AND state IN ('queued', 'running')`,
    [audience, iso(now)],
  )
  return rowCount === 1
}
