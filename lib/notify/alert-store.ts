import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { NoData } from './decide/no-data.ts'

/** What one channel received about an alert. */
export interface ChannelDelivery {
  /** id of the notification of the current opening; null = the channel did not receive it */
  opening: string | null
  /** the channel received the alert as critical, in a single notice */
  critical: boolean
}

/** The alert of one incident, or of one period without data. */
export interface StoredAlert {
  /** the incident's id, or `collector` and `collector:<subscription>` */
  id: string
  /** see AlertState; null = never evaluated */
  state: unknown
  /** by channel id */
  delivered: Record<string, ChannelDelivery>
  /** evaluations that led to notices; part of the ids of notifications */
  steps: number
}

const COLUMNS = 'id, state, delivered, steps'

/** Requests an evaluation of these incidents, at `at` or earlier, in the transaction that changed them. */
export async function requestEvaluation(db: Queryable, ids: readonly string[], at: EpochMs): Promise<void> {
  await db.query(
    `INSERT INTO alert_state AS a (id, due_at)
     SELECT id, $2 FROM unnest($1::text[]) AS id ORDER BY id
     ON CONFLICT (id) DO UPDATE SET due_at = least(a.due_at, excluded.due_at)`,
    [[...new Set(ids)], iso(at)],
  )
}

/** Requests an evaluation of an existing alert, at `at` or earlier; creates none. */
export async function expediteEvaluation(db: Queryable, id: string, at: EpochMs): Promise<void> {
  await db.query('UPDATE alert_state SET due_at = least(due_at, $2) WHERE id = $1', [id, iso(at)])
}

export async function postponeEvaluation(db: Queryable, id: string, until: EpochMs): Promise<void> {
  await db.query('UPDATE alert_state SET due_at = $2 WHERE id = $1', [id, iso(until)])
}

/** Ids of alerts whose evaluation is due, the longest overdue first. */
export async function dueAlerts(db: Queryable, now: EpochMs, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    'SELECT id FROM alert_state WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2',
    [iso(now), limit],
  )
  return rows.map(({ id }) => id)
}

/**
 * Locks an alert for the transaction, and creates it if needed. A poll that changes the incident meanwhile waits before it requests the
 * next evaluation, so that no change is missed.
 */
export async function lockAlert(db: Queryable, id: string): Promise<StoredAlert> {
  await db.query('INSERT INTO alert_state (id) VALUES ($1) ON CONFLICT DO NOTHING', [id])
  const { rows } = await db.query<StoredAlert>(`SELECT ${COLUMNS} FROM alert_state WHERE id = $1 FOR UPDATE`, [id])
  const [found] = rows
  if (!found) throw new Error(`the alert ${id} was deleted while it was locked`)
  return found
}

/** Alerts of these ids, in the given order; ids without an alert are left out. */
export async function alertsOf(db: Queryable, ids: readonly string[]): Promise<StoredAlert[]> {
  if (ids.length === 0) return []
  const { rows } = await db.query<StoredAlert>(
    `SELECT ${COLUMNS} FROM alert_state WHERE id = ANY ($1) ORDER BY array_position($1, id)`,
    [ids],
  )
  return rows
}

/** @param alertedAt null = unchanged */
export async function saveAlert(
  db: Queryable,
  { id, state, delivered, steps }: StoredAlert,
  { dueAt, alertedAt }: { dueAt: EpochMs | null; alertedAt: EpochMs | null },
): Promise<void> {
  await db.query(
    `UPDATE alert_state
     SET state = $2, delivered = $3, steps = $4, due_at = $5, alerted_at = coalesce($6, alerted_at), updated_at = now()
     WHERE id = $1`,
    [id, JSON.stringify(state), JSON.stringify(delivered), steps, iso(dueAt), iso(alertedAt)],
  )
}

/** How many alerts had the first notice of an opening after `since`. */
export async function newAlertsSince(db: Queryable, since: EpochMs): Promise<number> {
  const { rows } = await db.query<{ n: number }>('SELECT count(*)::int AS n FROM alert_state WHERE alerted_at > $1', [
    iso(since),
  ])
  return rows[0]?.n ?? 0
}

/** Deletes alerts that need no further evaluation and were last evaluated before then. */
export async function pruneAlerts(db: Queryable, before: EpochMs): Promise<void> {
  await db.query('DELETE FROM alert_state WHERE due_at IS NULL AND updated_at < $1', [iso(before)])
}

/** The period without data of a locked alert. A damaged one is discarded: the next check starts over. */
export async function loadNoData(db: Queryable, id: string): Promise<NoData | null> {
  const { rows } = await db.query<{ no_data: unknown }>('SELECT no_data FROM alert_state WHERE id = $1', [id])
  const noData = rows[0]?.no_data
  return isNoData(noData) ? noData : null
}

function isNoData(value: unknown): value is NoData {
  if (typeof value !== 'object' || value === null) return false
  const { since, openedAt, checkedAt, ended } = value as Partial<Record<keyof NoData, unknown>>
  return [since, openedAt, checkedAt].every((at) => typeof at === 'number') && (ended === null || isBounds(ended))
}

const isBounds = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  'earliest' in value &&
  'latest' in value &&
  Number.isFinite(value.earliest) &&
  Number.isFinite(value.latest)

export async function saveNoData(db: Queryable, id: string, noData: NoData): Promise<void> {
  await db.query('UPDATE alert_state SET no_data = $2 WHERE id = $1', [id, JSON.stringify(noData)])
}

const iso = (at: EpochMs | null) => (at === null ? null : new Date(at).toISOString())
