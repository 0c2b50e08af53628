import { randomBytes } from 'node:crypto'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso, ms } from '../times.ts'

/** What was decided about a circuit, and what came of it. */
export interface StoredDecision {
  id: string
  /** short id */
  circuitId: string
  at: EpochMs
  by: string
  decided: string
  why: string
  outcome: string | null
}

interface Row {
  id: string
  circuit_id: string
  at: Date
  by: string
  decided: string
  why: string
  outcome: string | null
}
const decisionOf = ({ circuit_id, at, outcome, ...row }: Row): StoredDecision => ({
  ...row,
  circuitId: circuit_id,
  at: ms(at),
  outcome: outcome,
})
const COLUMNS = 'id, circuit_id, at, by, decided, why, outcome'

/** The decisions that were made before a moment, newest first. */
export async function costDecisions(db: Queryable, until: EpochMs, limit: number): Promise<StoredDecision[]> {
  const { rows } = await db.query<Row>(
    `SELECT ${COLUMNS} FROM cost_decision WHERE at < $1 ORDER BY at DESC, id LIMIT $2`,
    [iso(until), limit],
  )
  return rows.map(decisionOf)
}

/** Notes a decision on a circuit; what came of it is noted later. */
export async function addDecision(
  db: Queryable,
  { circuitId, at, by, decided, why }: Omit<StoredDecision, 'id' | 'outcome'>,
): Promise<StoredDecision> {
  const { rows } = await db.query<Row>(
    `INSERT INTO cost_decision (id, circuit_id, at, by, decided, why) VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
    [randomBytes(8).toString('hex'), circuitId, iso(at), by, decided, why],
  )
  const [row] = rows
  if (!row) throw new Error('an inserted decision came back without a row')
  return decisionOf(row)
}

/** Notes what came of a decision. @returns null when there is none of that id */
export async function recordOutcome(
  db: Queryable,
  { id, outcome, by, at }: { id: string; outcome: string; by: string; at: EpochMs },
): Promise<StoredDecision | null> {
  const { rows } = await db.query<Row>(
    `UPDATE cost_decision SET outcome = $2, outcome_by = $3, outcome_at = $4 WHERE id = $1 RETURNING ${COLUMNS}`,
    [id, outcome, by, iso(at)],
  )
  return rows[0] ? decisionOf(rows[0]) : null
}
