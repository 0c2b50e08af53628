import { randomBytes } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso, ms } from '../times.ts'

/** What operators state about cost: overrides of the price list, and budgets. Each is a table of its own and of one shape. */
const TABLES = { override: 'cost_override', budget: 'cost_budget' } as const
export type CostStatementTable = keyof typeof TABLES

/** One statement, with who, when and why. */
export interface CostStatement {
  id: string
  /** plain JSON; its shape is the contract's */
  body: unknown
  madeAt: EpochMs
  madeBy: string
  why: string
  /** null = in force, as far as its own dates go */
  withdrawn: { at: EpochMs; by: string; why: string } | null
}

/** Somebody saved other statements since the version that was edited. */
export class StatementConflict extends Error {
  override name = 'StatementConflict'
  readonly current: number

  constructor(table: CostStatementTable, current: number) {
    super(`version ${current} of the ${table}s was saved meanwhile`)
    this.current = current
  }
}

interface Row {
  id: string
  body: unknown
  made_at: Date
  made_by: string
  why: string
  withdrawn_at: Date | null
  withdrawn_by: string | null
  withdrawn_why: string | null
}

/** All statements that were ever made, newest first. */
export async function costStatements(db: Queryable, kind: CostStatementTable): Promise<CostStatement[]> {
  const { rows } = await db.query<Row>(`SELECT * FROM ${TABLES[kind]} ORDER BY made_at DESC, id`)
  return rows.map((row) => ({
    id: row.id,
    body: row.body,
    madeAt: ms(row.made_at),
    madeBy: row.made_by,
    why: row.why,
    withdrawn: row.withdrawn_at && {
      at: ms(row.withdrawn_at),
      by: row.withdrawn_by ?? '',
      why: row.withdrawn_why ?? '',
    },
  }))
}

/** How often statements were changed: each statement was made once and withdrawn at most once. */
export const statementsVersion = (stored: readonly CostStatement[]): number =>
  stored.length + stored.filter(({ withdrawn }) => withdrawn).length

/**
 * Makes new statements and withdraws others, in the caller's transaction. Nothing is edited and nothing is deleted: the rows are the
 * audit.
 * @param expected the version that was edited
 * @throws StatementConflict when another one is in force
 */
export async function changeStatements(
  client: PoolClient,
  kind: CostStatementTable,
  change: { make: readonly unknown[]; withdraw: readonly string[]; by: string; why: string; at: EpochMs },
  expected: number,
): Promise<void> {
  const table = TABLES[kind]
  await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`peerwatch_${table}`])
  const current = statementsVersion(await costStatements(client, kind))
  if (current !== expected) throw new StatementConflict(kind, current)
  const { by, why, at } = change
  await client.query(
    `UPDATE ${table} SET withdrawn_at = $2, withdrawn_by = $3, withdrawn_why = $4
     WHERE id = ANY($1) AND withdrawn_at IS NULL`,
    [change.withdraw, iso(at), by, why],
  )
  for (const body of change.make) {
    await client.query(`INSERT INTO ${table} (id, body, made_at, made_by, why) VALUES ($1, $2, $3, $4, $5)`, [
      randomBytes(8).toString('hex'),
      JSON.stringify(body),
      iso(at),
      by,
      why,
    ])
  }
}
