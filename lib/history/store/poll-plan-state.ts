import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readDeploymentValue, saveDeploymentValue } from './deployment-value.ts'

const KEY = 'poll-plan'

/** State that one calculation of poll intervals (plan) passes to the next one, on any worker. */
export interface PollPlanState {
  /** for each limit, the number of steps by which it has lengthened the poll intervals that it affects */
  steps: Readonly<Record<string, number>>
  /** whether the network provider was observed to count POST requests against its budget */
  countsPosts: boolean
  /** subscriptions for which ARM counts requests per hour (its older regime); lower case */
  hourly: readonly string[]
  /**
   * budgets of which Azure reported a high use, by their key: requests per second that the plan permits, and the time
   * of the last change; absent = none
   */
  reduced?: Readonly<Record<string, { perSecond: number; at: EpochMs }>>
  /** number of poll intervals that are longer than configured */
  lengthened: number
}

/** Returns the state of the last plan, and its age in seconds by the database's clock; null = no plan yet. */
export async function readPollPlanState(db: SqlExecutor): Promise<(PollPlanState & { ageSeconds: number }) | null> {
  const saved = await readDeploymentValue<PollPlanState>(db, KEY)
  return saved && { ...saved.value, ageSeconds: saved.ageSeconds }
}

export async function writePollPlanState(db: SqlExecutor, state: PollPlanState): Promise<void> {
  await saveDeploymentValue(db, KEY, state)
}
