import type { Queryable } from '#lib/platform/queryable.ts'
import { readDeploymentValue, saveDeploymentValue } from './deployment-value.ts'

const KEY = 'poll-plan'

/** What one plan of intervals leaves to the next, of whichever worker. */
export interface PlanState {
  /** how far each limit has lengthened what it holds */
  steps: Readonly<Record<string, number>>
  /** the network provider was seen to count POSTs */
  countsPosts: boolean
  /** subscriptions whose ARM counts by the hour, its older regime; lower case */
  hourly: readonly string[]
  /** how many intervals are longer than configured */
  lengthened: number
}

/** @returns the last plan's, and its age in seconds by the database's clock; null = there was none yet */
export async function readPlanState(db: Queryable): Promise<(PlanState & { ageSeconds: number }) | null> {
  const saved = await readDeploymentValue<PlanState>(db, KEY)
  return saved && { ...saved.value, ageSeconds: saved.ageSeconds }
}

export async function writePlanState(db: Queryable, state: PlanState): Promise<void> {
  await saveDeploymentValue(db, KEY, state)
}
