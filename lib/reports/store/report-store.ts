import type { EpochMs } from '#lib/contract/index.ts'
import { formatIso } from '#lib/contract/time/time.ts'
import { type ReportScheduleInput, reportScheduleInput, type StoredRun } from '../api/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { type StoredDocument, readStoredDocuments } from '#lib/notify/index.ts'
import type { ReportMail } from '../mail/report-mail.ts'

type Without<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never
type ScheduleBody = Without<ReportScheduleInput, 'id'>
export type StoredSchedule = StoredDocument<ScheduleBody>

/** Returns all schedules of reports in their stored order. */
export const readReportSchedules = (db: SqlExecutor): Promise<StoredSchedule[]> =>
  readStoredDocuments(db, 'report_schedule', (body) => reportScheduleInput.parse(body))

export interface NewReportRun
  extends Pick<StoredRun, 'id' | 'scheduleId' | 'scheduleName' | 'report' | 'period' | 'byHand'> {
  recipients: readonly string[]
  /** the subscriptions and customers that the report covers */
  scopes: readonly string[]
  /** the rendered mail; null = there are no data for the period, or there are no recipients */
  mail: ReportMail | null
  /** the reason why the report cannot be sent; null = it will be sent */
  fault: string | null
  createdAt: EpochMs
}

/** Reports whether a delivery with this ID is stored. */
export async function hasStoredDelivery(db: SqlExecutor, id: string): Promise<boolean> {
  return (await db.query('SELECT FROM report_run WHERE id = $1', [id])).rowCount === 1
}

/**
 * Stores a delivery. It is sent as soon as possible, unless it has a `fault`.
 * @returns false if a delivery with this ID already exists
 */
export async function addReportRun(db: SqlExecutor, run: NewReportRun): Promise<boolean> {
  const { id, scheduleId, scheduleName, report, period, byHand, recipients, scopes, mail, fault, createdAt } = run
  const { rowCount } = await db.query(
    `INSERT INTO report_run (id, schedule_id, schedule_name, report, period, by_hand, recipients, mail, state, created_at, next_attempt_at, last_error, scopes)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, CASE WHEN $9 = 'pending' THEN $10::timestamptz END, $11, $12)
     ON CONFLICT (id) DO NOTHING`,
    [
      id,
      scheduleId,
      scheduleName,
      report,
      period,
      byHand,
      recipients,
      mail && JSON.stringify(mail),
      fault === null ? 'pending' : 'failed',
      formatIso(createdAt),
      fault,
      scopes,
    ],
  )
  return rowCount === 1
}

interface ClaimedRun {
  id: string
  /** recipients who have not received the report by an earlier attempt */
  recipients: string[]
  mail: ReportMail
  createdAt: EpochMs
  attempt: number
}

/**
 * Claims a delivery that is due, so that no other process sends it at the same time. If no result is stored before the
 * claim ends (`until`), the delivery is due again.
 * @param id null = any delivery that is due
 */
export async function claimDueReportRun(
  db: SqlExecutor,
  { now, until, id }: { now: EpochMs; until: EpochMs; id: string | null },
): Promise<ClaimedRun | null> {
  const [row] = await queryRowsInCamelCase<Omit<ClaimedRun, 'mail'> & { mail: ReportMail & { waiting?: string[] } }>(
    db,
    `UPDATE report_run SET attempts = attempts + 1, next_attempt_at = $2
     WHERE id = (
       SELECT id FROM report_run WHERE state = 'pending' AND next_attempt_at <= $1 AND ($3::text IS NULL OR id = $3)
       ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING id, recipients, mail, created_at, attempts AS attempt`,
    [formatIso(now), formatIso(until), id],
  )
  if (!row) return null
  const { waiting: recipients = row.recipients, ...mail } = row.mail
  return { ...row, recipients, mail }
}

/**
 * Stores the result of an attempt to send a delivery.
 * @param retryAt time of the next attempt after a failure; null = there is no further attempt
 * @param waiting recipients who did not receive the report although others did. The next attempt sends it only to them.
 *   Absent = unchanged
 */
export async function saveReportRunResult(
  db: SqlExecutor,
  id: string,
  {
    sentAt,
    error,
    retryAt,
    waiting = null,
  }: { sentAt: EpochMs | null; error: string | null; retryAt: EpochMs | null; waiting?: readonly string[] | null },
): Promise<void> {
  await db.query(
    `UPDATE report_run SET state = $2, sent_at = $3, last_error = $4, next_attempt_at = $5,
            mail = CASE WHEN $6::jsonb IS NULL THEN mail ELSE jsonb_set(mail, '{waiting}', $6::jsonb) END
     WHERE id = $1 AND state <> 'sent'`,
    [
      id,
      sentAt !== null ? 'sent' : retryAt === null ? 'failed' : 'pending',
      sentAt === null ? null : formatIso(sentAt),
      error,
      retryAt === null ? null : formatIso(retryAt),
      waiting && JSON.stringify(waiting),
    ],
  )
}

/** A delivery with the subscriptions and customers that its report covers. */
export type ScopedReportRun = StoredRun & { scopes: string[] }

/** Returns the newest deliveries, up to a limit. */
export async function readNewestReportRuns(db: SqlExecutor, limit: number): Promise<ScopedReportRun[]> {
  const { rows } = await db.query<ScopedReportRun>(
    `SELECT id, schedule_id AS "scheduleId", schedule_name AS "scheduleName", report, period, by_hand AS "byHand", recipients, state,
            attempts, last_error AS "lastError", created_at AS "createdAt", sent_at AS "sentAt", scopes
     FROM report_run ORDER BY created_at DESC, id LIMIT $1`,
    [limit],
  )
  return rows
}

/** Returns the times after a moment at which users created deliveries manually. */
export async function readManualReportTimes(db: SqlExecutor, since: EpochMs): Promise<EpochMs[]> {
  const { rows } = await db.query<{ at: Date }>(
    'SELECT created_at AS at FROM report_run WHERE by_hand AND created_at > $1',
    [formatIso(since)],
  )
  return rows.map(({ at }) => at.getTime())
}

/** Deletes the deliveries that were created before a time. Pending ones are kept. */
export async function pruneReportRuns(db: SqlExecutor, before: EpochMs): Promise<void> {
  await db.query(`DELETE FROM report_run WHERE state <> 'pending' AND created_at < $1`, [formatIso(before)])
}
