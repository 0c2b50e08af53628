import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { CostOutcomeBody, CostDecisionBody, CostCommandResult } from '../api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { addCostDecision, recordDecisionOutcome } from '../store/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { getActorName, NotFoundError, resolveCircuit } from '#lib/questions/index.ts'

import { notifyCostChanged } from './statements.ts'

/**
 * Records a decision about a circuit.
 * @throws NotFoundError if the circuit does not exist
 */
export async function recordCostDecision(
  db: Database,
  { circuitId, decided, why }: CostDecisionBody,
  now: EpochMs = getDatabaseNow(),
): Promise<CostCommandResult<'decideCost'>> {
  const data = await db.transaction(async (client) => {
    const { id } = await resolveCircuit(client, circuitId)
    const stored = await addCostDecision(client, { circuitId: id, at: now, by: getActorName(), decided, why })
    await notifyCostChanged(client, id, now)
    return stored
  })
  return { data }
}

/**
 * Records the outcome of a decision.
 * @throws NotFoundError if the decision does not exist
 */
export async function recordCostOutcome(
  db: Database,
  id: string,
  { outcome }: CostOutcomeBody,
  now: EpochMs = getDatabaseNow(),
): Promise<CostCommandResult<'noteCostOutcome'>> {
  const data = await db.transaction(async (client) => {
    const stored = await recordDecisionOutcome(client, { id, outcome, by: getActorName(), at: now })
    if (!stored) throw new NotFoundError(`no decision ${id}: /api/v1/cost/weekly lists the last ones`)
    await notifyCostChanged(client, stored.circuitId, now)
    return stored
  })
  return { data }
}
