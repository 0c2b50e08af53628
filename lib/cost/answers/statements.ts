import type { EpochMs, StreamChange } from '#lib/contract/index.ts'
import {
  saveStatementChanges,
  type CostStatementTable,
  StatementConflictError,
  type CostStatementsChange,
} from '../store/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { sendMessageToPostgresChannel } from '#lib/platform/notifications/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  getActorName,
  InvalidRequestError,
  ConflictError,
  CHANGES_CHANNEL,
  resolveCircuit,
  formatIso,
} from '#lib/questions/index.ts'

interface StatementChange extends Omit<CostStatementsChange, 'make' | 'by'> {
  version: number
  /**
   * Builds the statements to store. The function gets the connection of the transaction, because it looks up the short
   * IDs of circuits.
   */
  make: (q: SqlExecutor) => Promise<unknown[]>
}

/**
 * Adds and withdraws statements of operators (price overrides or budgets) in one table, and notifies open pages.
 * @throws ConflictError if `version` is not the current version
 */
export async function saveCostStatements(
  db: Database,
  table: CostStatementTable,
  { version, make, withdraw, why, at }: StatementChange,
): Promise<void> {
  await db.transaction(async (client) => {
    const change = { make: await make(client), withdraw, by: getActorName(), why, at }
    await saveStatementChanges(client, table, change, version).catch((error: unknown) => {
      throw error instanceof StatementConflictError ? conflict(table, error) : error
    })
    await notifyCostChanged(client, null, at)
  })
}

/**
 * Rejects a request that neither adds nor withdraws a statement.
 * @throws InvalidRequestError if both lists are empty
 */
export function requireStatementChange(field: string, made: readonly unknown[], withdrawn: readonly unknown[]): void {
  if (made.length === 0 && withdrawn.length === 0) throw new InvalidRequestError(`${field}: nothing is to change`)
}

/**
 * Returns the short ids of circuits. Each circuit may be given by its short id or its ARM id.
 * @throws NotFoundError if a circuit does not exist
 */
export async function resolveCircuitShortIds(q: SqlExecutor, ids: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const id of ids) found.push((await resolveCircuit(q, id)).id)
  return found
}

export async function notifyCostChanged(q: SqlExecutor, circuitId: string | null, at: EpochMs): Promise<void> {
  const change: StreamChange = { topics: ['cost'], scope: circuitId, at: formatIso(at) }
  await sendMessageToPostgresChannel(q, CHANGES_CHANNEL, JSON.stringify(change))
}

function conflict(table: CostStatementTable, { message, current }: StatementConflictError): ConflictError {
  return new ConflictError(
    `version: ${message}. Read /api/v1/cost/${table}s, bring your change to it, and send it with version ${current}.`,
  )
}
