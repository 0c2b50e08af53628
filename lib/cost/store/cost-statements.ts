import { randomBytes } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import { toJsonColumn } from '#lib/platform/prisma/json.ts'
import { type PrismaTables, runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { toEpochMs } from '#lib/history/statements.ts'

/**
 * Kinds of statements that operators make about cost: overrides of the price list, and budgets. Each kind has a table;
 * the two tables have the same columns.
 */
export type CostStatementTable = 'override' | 'budget'

const tableOf = (tables: PrismaTables, kind: CostStatementTable): PrismaTables['costOverride'] =>
  kind === 'override' ? tables.costOverride : (tables.costBudget as unknown as PrismaTables['costOverride'])

interface Signature {
  at: EpochMs
  by: string
  why: string
}

/** A statement of an operator about cost, with author, time and reason. */
export interface CostStatement {
  id: string
  /** Content of the statement as plain JSON. The API defines its fields. */
  body: unknown
  made: Signature
  /**
   * User, time and reason of the withdrawal. Null = the statement was not withdrawn; the dates in its body then decide
   * whether it is in force.
   */
  withdrawn: Signature | null
}

/** A change by one author: statements to add, and ids of statements to withdraw. */
export interface CostStatementsChange {
  make: readonly unknown[]
  withdraw: readonly string[]
  by: string
  why: string
  at: EpochMs
}

/** Error for a change that was based on an outdated version, because another user saved a change in the meantime. */
export class StatementConflictError extends Error {
  override name = 'StatementConflictError'
  readonly current: number

  constructor(table: CostStatementTable, current: number) {
    super(`version ${current} of the ${table}s was saved meanwhile`)
    this.current = current
  }
}

/** Returns all statements that were ever made, including withdrawn ones, newest first. */
export async function readCostStatements(db: SqlExecutor, kind: CostStatementTable): Promise<CostStatement[]> {
  const rows = await runWithPrisma(db, (tables) =>
    tableOf(tables, kind).findMany({ orderBy: [{ madeAt: 'desc' }, { id: 'asc' }] }),
  )
  return rows.map(({ id, body, madeAt, madeBy, why, withdrawnAt, withdrawnBy, withdrawnWhy }) => ({
    id,
    body,
    made: { at: toEpochMs(madeAt), by: madeBy, why },
    withdrawn: withdrawnAt && { at: toEpochMs(withdrawnAt), by: withdrawnBy ?? '', why: withdrawnWhy ?? '' },
  }))
}

/**
 * Returns the version of the statements, which is the number of changes until now. Each statement counts once for being
 * made, and once more if it was withdrawn.
 */
export const getCostStatementsVersion = (stored: readonly CostStatement[]): number =>
  stored.length + stored.filter(({ withdrawn }) => withdrawn).length

/**
 * Adds statements and withdraws others, in the caller's transaction. No row is deleted, and the content of a row is
 * never edited, because the rows are also the audit log.
 * @param expected version of the statements on which the change is based
 * @throws StatementConflictError if the stored statements have another version
 */
export async function saveStatementChanges(
  client: PoolClient,
  kind: CostStatementTable,
  change: CostStatementsChange,
  expected: number,
): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`peerwatch_cost_${kind}`])
  const current = getCostStatementsVersion(await readCostStatements(client, kind))
  if (current !== expected) throw new StatementConflictError(kind, current)
  const { by, why } = change
  const at = new Date(change.at)
  const made = change.make.map((body) => ({
    id: randomBytes(8).toString('hex'),
    body: toJsonColumn(body),
    madeAt: at,
    madeBy: by,
    why,
  }))
  await runWithPrisma(client, async (tables) => {
    await tableOf(tables, kind).updateMany({
      where: { id: { in: [...change.withdraw] }, withdrawnAt: null },
      data: { withdrawnAt: at, withdrawnBy: by, withdrawnWhy: why },
    })
    await tableOf(tables, kind).createMany({ data: made })
  })
}
