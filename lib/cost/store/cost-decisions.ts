import type { CostDecision as Decision } from '../api/index.ts'
import { randomBytes } from 'node:crypto'
import type { EpochMs } from '#lib/contract/index.ts'
import type { CostDecision } from '#lib/platform/generated/prisma/client.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** Converts a stored decision to the form of the API. Published reviews store decisions in this form, too. */
const decisionOf = ({ id, circuitId, at, by, decided, why, outcome }: CostDecision): Decision => {
  return { id, circuitId, at: at.toISOString(), by, decided, why, outcome, followUp: null }
}

/** Returns the decisions made before a moment, newest first. */
export async function readCostDecisions(db: SqlExecutor, until: EpochMs, limit: number): Promise<Decision[]> {
  const rows = await runWithPrisma(db, ({ costDecision }) =>
    costDecision.findMany({
      where: { at: { lt: new Date(until) } },
      orderBy: [{ at: 'desc' }, { id: 'asc' }],
      take: limit,
    }),
  )
  return rows.map(decisionOf)
}

/** Adds a decision about a circuit. Its outcome is recorded later. */
export async function addCostDecision(
  db: SqlExecutor,
  { at, ...made }: Pick<Decision, 'circuitId' | 'by' | 'decided' | 'why'> & { at: EpochMs },
): Promise<Decision> {
  const data = { id: randomBytes(8).toString('hex'), at: new Date(at), ...made }
  return decisionOf(await runWithPrisma(db, ({ costDecision }) => costDecision.create({ data })))
}

/**
 * Records the outcome of a decision.
 * @returns null if the decision does not exist
 */
export async function recordDecisionOutcome(
  db: SqlExecutor,
  { id, outcome, by, at }: { id: string; outcome: string; by: string; at: EpochMs },
): Promise<Decision | null> {
  const data = { outcome, outcomeBy: by, outcomeAt: new Date(at) }
  const [row] = await runWithPrisma(db, ({ costDecision }) => costDecision.updateManyAndReturn({ where: { id }, data }))
  return row ? decisionOf(row) : null
}
