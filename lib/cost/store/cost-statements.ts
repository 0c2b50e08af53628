import { randomBytes } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import { json } from '#lib/platform/prisma/json.ts'
import { type Tables, withPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { ms } from '#lib/history/statements.ts'

/** What operators state about cost: overrides of the price list, and budgets. Each is a table of its own and of one shape. */
export type CostStatementTable = 'override' | 'budget'

const tableOf = (tables: Tables, kind: CostStatementTable): Tables['costOverride'] =>
  kind === 'override' ? tables.costOverride : (tables.costBudget as unknown as Tables['costOverride'])

interface Signature {
  at: EpochMs
  by: string
  why: string
}

/** One statement, with who, when and why. */
export interface CostStatement {
  id: string
  /** plain JSON; its shape is the contract's */
  body: unknown
  made: Signature
  /** null = in force, as far as its own dates go */
  withdrawn: Signature | null
}

/** Statements that somebody makes, and those that he withdraws, by id. */
export interface StatementsChange {
  make: readonly unknown[]
  withdraw: readonly string[]
  by: string
  why: string
  at: EpochMs
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

/** All statements that were ever made, newest first. */
export async function costStatements(db: Queryable, kind: CostStatementTable): Promise<CostStatement[]> {
  const rows = await withPrisma(db, (tables) =>
    tableOf(tables, kind).findMany({ orderBy: [{ madeAt: 'desc' }, { id: 'asc' }] }),
  )
  return rows.map(({ id, body, madeAt, madeBy, why, withdrawnAt, withdrawnBy, withdrawnWhy }) => ({
    id,
    body,
    made: { at: ms(madeAt), by: madeBy, why },
    withdrawn: withdrawnAt && { at: ms(withdrawnAt), by: withdrawnBy ?? '', why: withdrawnWhy ?? '' },
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
  change: StatementsChange,
  expected: number,
): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`peerwatch_cost_${kind}`])
  const current = statementsVersion(await costStatements(client, kind))
  if (current !== expected) throw new StatementConflict(kind, current)
  const { by, why } = change
  const at = new Date(change.at)
  const made = change.make.map((body) => ({
    id: randomBytes(8).toString('hex'),
    body: json(body),
    madeAt: at,
    madeBy: by,
    why,
  }))
  await withPrisma(client, async (tables) => {
    await tableOf(tables, kind).updateMany({
      where: { id: { in: [...change.withdraw] }, withdrawnAt: null },
      data: { withdrawnAt: at, withdrawnBy: by, withdrawnWhy: why },
    })
    await tableOf(tables, kind).createMany({ data: made })
  })
}
