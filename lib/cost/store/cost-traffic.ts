import type { EpochMs } from '#lib/contract/index.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime, toEpochMs } from '#lib/history/statements.ts'

/** The computed traffic of a circuit in a month, as stored. */
export interface StoredTraffic {
  /** short id of the circuit */
  circuitId: string
  madeAt: EpochMs
  /** Digest of the inputs from which the traffic was computed. */
  madeFrom: string
  /** Computed traffic, as plain JSON. */
  body: unknown
}

/**
 * Returns the stored traffic of a month, by short id of the circuit.
 * @param month YYYY-MM
 */
export async function readCostTraffic(db: SqlExecutor, month: string): Promise<Map<string, StoredTraffic>> {
  const rows = await runWithPrisma(db, (tables) =>
    tables.costTraffic.findMany({ where: { month }, omit: { month: true } }),
  )
  return new Map(rows.map((row) => [row.circuitId, { ...row, madeAt: toEpochMs(row.madeAt) }]))
}

/**
 * Returns a text that changes whenever a row of stored traffic is added, changed or deleted. The query is written in
 * SQL, so that the database aggregates the rows.
 */
export async function readCostTrafficRevision(db: SqlExecutor): Promise<string> {
  const { rows } = await db.query<{ revision: string | null }>(
    `SELECT md5(string_agg(concat_ws(' ', month, circuit_id, made_at, made_from), ',' ORDER BY month, circuit_id)) AS revision
     FROM cost_traffic`,
  )
  return rows[0]?.revision ?? ''
}

/**
 * Stores the computed traffic of a circuit, unless newer traffic is already stored. The query is written in SQL, so
 * that one statement can compare and store.
 */
export async function saveCostTraffic(
  db: SqlExecutor,
  month: string,
  { circuitId, madeAt, madeFrom, body }: StoredTraffic,
): Promise<void> {
  await db.query(
    `INSERT INTO cost_traffic AS t (month, circuit_id, made_at, made_from, body) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (month, circuit_id) DO UPDATE
     SET made_at = excluded.made_at, made_from = excluded.made_from, body = excluded.body
     WHERE t.made_at <= excluded.made_at`,
    [month, circuitId, formatIsoTime(madeAt), madeFrom, JSON.stringify(body)],
  )
}

/**
 * Deletes the stored traffic of all months before a month.
 * @param month the oldest month to keep, YYYY-MM
 */
export async function deleteCostTraffic(db: SqlExecutor, month: string): Promise<void> {
  await runWithPrisma(db, (tables) => tables.costTraffic.deleteMany({ where: { month: { lt: month } } }))
}
