import type { Database } from '#lib/platform/database.ts'
import { repairScheduleAfterClockStep } from '#lib/platform/leases/index.ts'

/**
 * Columns, by table, with times that have a wrong effect while they are in the future: the row is not replaced by newer
 * data, or the next attempt of some work waits. History of polls is not included, because `close-future-intervals.ts`
 * corrects it. Times that people chose, such as the begin of a maintenance window, stay unchanged.
 */
const MOMENTS: readonly (readonly [table: string, ...columns: string[]])[] = [
  ['access_attempt', 'since'],
  ['access_two_factor', 'locked_until'],
  ['activity_entry', 'read_started_at', 'read_finished_at'],
  ['alert_state', 'due_at', 'alerted_at', 'updated_at'],
  ['alerting_proof', 'started_at', 'ended_at'],
  ['azure_report', 'not_before', 'answered_at'],
  ['calendar', 'tried_at', 'read_at'],
  ['calendar_window', 'unlisted_at'],
  ['cost_bill_read', 'at', 'good_at'],
  ['cost_finding', 'started_earliest', 'started_latest', 'ended_earliest', 'ended_latest', 'checked_at'],
  ['cost_traffic', 'made_at'],
  ['declaration_version', 'saved_at'],
  ['deployment', 'updated_at'],
  ['detection_scope', 'recheck_at', 'updated_at'],
  ['detection_state', 'updated_at'],
  ['detection_settings', 'saved_at'],
  ['double_loss_run', 'requested_at', 'started_at', 'finished_at', 'tables_at'],
  ['event', 'updated_at'],
  ['incident', 'updated_at'],
  ['incident_impact', 'stored_at'],
  ['mailbox', 'tried_at', 'read_at'],
  ['metric_backfill', 'retry_at'],
  ['notification', 'created_at', 'attempted_at', 'delivered_at', 'next_attempt_at', 'lease_until'],
  ['outlook', 'computed_at', 'checked_at'],
  ['price_check', 'at'],
  ['price_sheet', 'first_read_at', 'last_read_at'],
  ['process_metrics', 'written_at'],
  ['report_run', 'created_at', 'sent_at', 'next_attempt_at'],
  ['resource', 'first_seen', 'removed_after', 'missing_after', 'missing_by'],
  ['single_loss_run', 'computed_at', 'checked_at'],
  ['wall_screen', 'last_seen_at'],
]

/** Times that are less than this ahead do not count as in the future, because the clocks of processes differ. */
const TOLERANCE = `interval '2 s'`

/**
 * Makes everything due that was postponed because the database's clock was fast (ADR 0291). If the clock was set back,
 * rows with a time in the future get the current time, so that they can be replaced. No history is deleted. It may
 * therefore run even if it is unknown which clock is right.
 * @param isSetBack true = the database's clock was set back
 * @returns number of polls that are due earlier now
 */
export async function repairTimesAfterClockStep(db: Database, isSetBack: boolean): Promise<number> {
  const polls = await repairScheduleAfterClockStep(db.pool, isSetBack)
  if (!isSetBack) return polls
  for (const [table, ...columns] of MOMENTS) {
    const bounded = columns.map((column) => `${column} = least(${column}, statement_timestamp())`)
    const isAhead = columns.map((column) => `${column} > statement_timestamp() + ${TOLERANCE}`)
    await db.pool.query(`UPDATE ${table} SET ${bounded.join(', ')} WHERE ${isAhead.join(' OR ')}`)
  }
  // Delete the progress of reading past metrics that began in the future. The circuit counts as new again, and its past
  // is read backwards from now.
  await db.pool.query(`DELETE FROM metric_backfill WHERE begun_at > clock_timestamp() + ${TOLERANCE}`)
  return polls
}
