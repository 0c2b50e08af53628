import type { EpochMs } from '#lib/contract/index.ts'
import { withPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso, ms } from '#lib/history/statements.ts'

/** What a circuit's bytes of a month were worked out to say. */
export interface StoredTraffic {
  /** short id */
  circuitId: string
  madeAt: EpochMs
  /** fingerprint of what it was worked out from */
  madeFrom: string
  /** plain JSON */
  body: unknown
}

/** What is kept of a month, by circuit. @param month YYYY-MM */
export async function costTraffic(db: Queryable, month: string): Promise<Map<string, StoredTraffic>> {
  const rows = await withPrisma(db, (tables) =>
    tables.costTraffic.findMany({ where: { month }, omit: { month: true } }),
  )
  return new Map(rows.map((row) => [row.circuitId, { ...row, madeAt: ms(row.madeAt) }]))
}

/** Identifies all that is kept: it differs as soon as anything is kept or forgotten. In SQL: it is added up there. */
export async function costTrafficRevision(db: Queryable): Promise<string> {
  const { rows } = await db.query<{ revision: string | null }>(
    `SELECT md5(string_agg(concat_ws(' ', month, circuit_id, made_at, made_from), ',' ORDER BY month, circuit_id)) AS revision
     FROM cost_traffic`,
  )
  return rows[0]?.revision ?? ''
}

/**
 * Keeps what was worked out last; what was worked out earlier does not take its place. In SQL: one statement that
 * compares with the row that is there.
 */
export async function saveCostTraffic(
  db: Queryable,
  month: string,
  { circuitId, madeAt, madeFrom, body }: StoredTraffic,
): Promise<void> {
  await db.query(
    `INSERT INTO cost_traffic AS t (month, circuit_id, made_at, made_from, body) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (month, circuit_id) DO UPDATE
     SET made_at = excluded.made_at, made_from = excluded.made_from, body = excluded.body
     WHERE t.made_at <= excluded.made_at`,
    [month, circuitId, iso(madeAt), madeFrom, JSON.stringify(body)],
  )
}

/** Forgets what is kept of the months before one. @param month YYYY-MM */
export async function forgetCostTraffic(db: Queryable, month: string): Promise<void> {
  await withPrisma(db, (tables) => tables.costTraffic.deleteMany({ where: { month: { lt: month } } }))
}
