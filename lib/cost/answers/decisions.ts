import { databaseNow } from '#lib/platform/database-clock.ts'
import type { CostOutcomeBody, CostDecision, CostDecisionBody, ResultOf } from '../api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { addDecision, costDecisions, recordOutcome, type StoredDecision } from '../store/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { actor, NotFoundError, resolveCircuit, iso } from '#lib/questions/index.ts'

import { notifyCostChanged } from './statements.ts'

/** So many decisions stand in a review; what is older is history. */
const LISTED = 50

/** What was decided before a moment, newest first, with what came of it as far as it is known now. */
export async function decisionsUntil(q: Queryable, until: EpochMs): Promise<CostDecision[]> {
  return (await costDecisions(q, until, LISTED)).map(decisionView)
}

const decisionView = (stored: StoredDecision): CostDecision => ({
  ...stored,
  at: iso(stored.at),
  followUp: null,
})

/**
 * Notes what was decided about a circuit.
 * @throws NotFoundError when there is no such circuit
 */
export async function decideCost(
  db: Database,
  { circuitId, decided, why }: CostDecisionBody,
  now: EpochMs = databaseNow(),
): Promise<ResultOf<'decideCost'>> {
  const data = await db.transaction(async (client) => {
    const { id } = await resolveCircuit(client, circuitId)
    const stored = await addDecision(client, { circuitId: id, at: now, by: actor(), decided, why })
    await notifyCostChanged(client, id, now)
    return decisionView(stored)
  })
  return { data }
}

/**
 * Notes what came of a decision.
 * @throws NotFoundError when there is none of that id
 */
export async function noteCostOutcome(
  db: Database,
  id: string,
  { outcome }: CostOutcomeBody,
  now: EpochMs = databaseNow(),
): Promise<ResultOf<'noteCostOutcome'>> {
  const data = await db.transaction(async (client) => {
    const stored = await recordOutcome(client, { id, outcome, by: actor(), at: now })
    if (!stored) throw new NotFoundError(`no decision ${id}: /api/v1/cost/weekly lists the last ones`)
    await notifyCostChanged(client, stored.circuitId, now)
    return decisionView(stored)
  })
  return { data }
}
