import type { EpochMs } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import type { AlertingProofStep } from '../api/index.ts'

/**
 * A round of the alerting proof: a test with an artificial circuit that goes down. `step` is the step that it has
 * reached.
 */
export interface AlertingProofRound {
  id: string
  startedAt: EpochMs
  step: AlertingProofStep
  /** end of the round; null = it has not ended */
  endedAt: EpochMs | null
  /** error of the step that failed; null = no step has failed */
  error: string | null
}

/** Number of rounds that are kept. With a round every ten minutes, they cover two days. */
const KEPT = 288

export async function recordAlertingProofStart(db: SqlExecutor, id: string): Promise<void> {
  await db.query(`INSERT INTO alerting_proof (id, started_at, step) VALUES ($1, clock_timestamp(), 'clock')`, [id])
  await db.query(
    `DELETE FROM alerting_proof WHERE started_at < (SELECT started_at FROM alerting_proof ORDER BY started_at DESC OFFSET $1 LIMIT 1)`,
    [KEPT],
  )
}

/** Records the step that a proof round begins to test. */
export async function recordAlertingProofStep(db: SqlExecutor, id: string, step: AlertingProofStep): Promise<void> {
  await db.query('UPDATE alerting_proof SET step = $2 WHERE id = $1 AND ended_at IS NULL', [id, step])
}

/**
 * Ends a proof round. It has no effect if the round has already ended.
 * @param error null = the receiver has the notification
 */
export async function recordAlertingProofEnd(
  db: SqlExecutor,
  id: string,
  step: AlertingProofStep,
  error: string | null,
): Promise<void> {
  await db.query(
    'UPDATE alerting_proof SET step = $2, error = $3, ended_at = clock_timestamp() WHERE id = $1 AND ended_at IS NULL',
    [id, step, error],
  )
}

/** Returns the two newest proof rounds (newest first), and the last round that proved that alerting works. */
export async function readNewestAlertingProofRounds(
  db: SqlExecutor,
): Promise<{ rounds: AlertingProofRound[]; proved: AlertingProofRound | null }> {
  const columns = 'id, step, error, started_at, ended_at'
  const rounds = await queryRowsInCamelCase<AlertingProofRound>(
    db,
    `SELECT ${columns} FROM alerting_proof ORDER BY started_at DESC LIMIT 2`,
  )
  const [proved = null] = await queryRowsInCamelCase<AlertingProofRound>(
    db,
    `SELECT ${columns} FROM alerting_proof WHERE ended_at IS NOT NULL AND error IS NULL ORDER BY started_at DESC LIMIT 1`,
  )
  return { rounds, proved }
}

export async function hasAlertingProofRoundEnded(db: SqlExecutor, id: string): Promise<boolean> {
  const { rowCount } = await db.query('SELECT FROM alerting_proof WHERE id = $1 AND ended_at IS NOT NULL', [id])
  return rowCount === 1
}

export async function queryDatabaseTime(db: SqlExecutor): Promise<EpochMs> {
  const [row] = await queryRowsInCamelCase<{ now: EpochMs }>(db, 'SELECT clock_timestamp() AS now')
  return row?.now ?? 0
}
