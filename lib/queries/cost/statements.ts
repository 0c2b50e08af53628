import type { EpochMs, StreamChange } from '#lib/contract/index.ts'
import { changeStatements, type CostStatementTable, StatementConflict, type CostStatement } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { notify } from '#lib/platform/notifications/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { LOCAL_ACTOR } from '../local-actor.ts'
import { InvalidRequestError, ConflictError } from '../errors.ts'
import { CHANGES_CHANNEL } from '../live/process-hub.ts'
import { resolveCircuit } from '../scope.ts'
import { iso } from '../wire.ts'

interface LedgerChange {
  version: number
  /** names circuits by short id, once they were looked up */
  make: (q: Queryable) => Promise<unknown[]>
  withdraw: readonly string[]
  why: string
  at: EpochMs
}

/**
 * Makes and withdraws statements of one ledger, and tells the screens.
 * @throws ConflictError when `version` is not the one in force any more
 */
export async function putLedger(
  db: Database,
  ledger: CostStatementTable,
  { version, make, withdraw, why, at }: LedgerChange,
): Promise<void> {
  await db.transaction(async (client) => {
    const change = { make: await make(client), withdraw, by: LOCAL_ACTOR, why, at }
    await changeStatements(client, ledger, change, version).catch((error: unknown) => {
      throw error instanceof StatementConflict ? conflict(ledger, error) : error
    })
    await tellCostChanged(client, null, at)
  })
}

/** @throws InvalidRequestError when a change changes nothing */
export function requireChange(field: string, made: readonly unknown[], withdrawn: readonly unknown[]): void {
  if (made.length === 0 && withdrawn.length === 0) throw new InvalidRequestError(`${field}: nothing is to change`)
}

/** Short ids of circuits that are named by either id. @throws NotFoundError when one is none */
export async function circuitShortIds(q: Queryable, ids: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const id of ids) found.push((await resolveCircuit(q, id)).id)
  return found
}

/** Who made a statement, when and why, and who took it back. */
export function signatureView({ id, madeAt, madeBy, why, withdrawn }: CostStatement) {
  return {
    id,
    made: { at: iso(madeAt), by: madeBy, why },
    withdrawn: withdrawn && { ...withdrawn, at: iso(withdrawn.at) },
  }
}

export async function tellCostChanged(q: Queryable, circuitId: string | null, at: EpochMs): Promise<void> {
  const change: StreamChange = { topics: ['cost'], scope: circuitId, at: iso(at) }
  await notify(q, CHANGES_CHANNEL, JSON.stringify(change))
}

function conflict(ledger: CostStatementTable, { message, current }: StatementConflict): ConflictError {
  return new ConflictError(
    `version: ${message}. Read /api/v1/cost/${ledger}s, bring your change to it, and send it with version ${current}.`,
  )
}
