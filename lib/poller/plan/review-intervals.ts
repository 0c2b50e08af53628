import { isDeepStrictEqual } from 'node:util'
import type { LongerPollIntervalReason } from '#lib/contract/index.ts'
import {
  readOpenSubjects,
  type PollPlanState,
  type PollLoad,
  readPollLoads,
  readPollPlanState,
  writePollPlanState,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { updatePollIntervals, type PlannedInterval } from '#lib/platform/leases/index.ts'
import {
  parseBudgetName,
  computeBudgetCapacities,
  type PostCountingSetting,
  computePollDemands,
  learnBudgetLimits,
  INCIDENT_NEEDED_KINDS,
} from './poll-demands.ts'
import { learnReducedBudgets } from './reduced-budgets.ts'
import { computePollIntervalsWithinLimits, type LimitedPollInterval } from '../interval-plan/index.ts'
import type { OpenEventResourceFields } from './needed-scopes.ts'

export interface PollPlanSettings {
  countsPosts: PostCountingSetting
  /** returns the names of the identities that poll a subscription */
  identitiesOf: (subscriptionId: string) => readonly string[]
  /**
   * Called after each plan with the result whether the network resource provider counts POSTs against a budget, as far
   * as known.
   */
  noteCounted?: (isCounted: boolean) => void
  /** Returns the scopes that the incidents of these open events need; absent = the scopes of the events themselves. */
  neededFor?: (events: readonly OpenEventResourceFields[]) => Promise<readonly string[]>
}

export const EMPTY_POLL_PLAN_STATE: PollPlanState = { steps: {}, countsPosts: false, hourly: [], lengthened: 0 }

/**
 * Plans all intervals again from the measured durations and requests of all workers' polls, and stores the intervals
 * that changed.
 * @param unlessYoungerThan seconds; if another worker stored a plan more recently, nothing is done
 * @returns number of changed intervals, and number of intervals that are longer than configured
 */
export async function reviewPollIntervals(
  db: Database,
  settings: PollPlanSettings,
  unlessYoungerThan = 0,
): Promise<{ changed: number; lengthened: number; countsPosts: boolean }> {
  const before = await readPollPlanState(db.pool)
  if (before && before.ageSeconds < unlessYoungerThan) return { changed: 0, ...before }
  const open = await readOpenSubjects(db.pool, INCIDENT_NEEDED_KINDS.events)
  const scopes = open.length > 0 && settings.neededFor ? await settings.neededFor(open) : open.map(({ scope }) => scope)
  const loads = await readPollLoads(db.pool, { scopes, polls: INCIDENT_NEEDED_KINDS.polls })
  const { state, intervals } = planPollIntervals(loads, before ?? EMPTY_POLL_PLAN_STATE, settings)
  const wanted = loads.flatMap((load, i) => {
    const interval = intervals[i]
    return interval && !isInForce(load, interval) ? [interval] : []
  })
  const changed = wanted.length > 0 ? await updatePollIntervals(db, wanted) : 0
  await writePollPlanState(db.pool, state)
  return { changed, ...state }
}

/** Computes the intervals of all scheduled polls, in the order of `loads`, and the state that the next plan needs. */
export function planPollIntervals(
  loads: readonly PollLoad[],
  before: PollPlanState,
  { countsPosts, identitiesOf }: PollPlanSettings,
): { intervals: PlannedInterval[]; state: PollPlanState } {
  const learned = learnBudgetLimits(loads, before, countsPosts)
  const demands = computePollDemands(loads)
  const reduced = learnReducedBudgets(loads, demands, before.reduced ?? {})
  const { polls, steps } = computePollIntervalsWithinLimits(
    demands,
    computeBudgetCapacities(loads, { ...learned, reduced }, identitiesOf),
    new Map(Object.entries(before.steps)),
  )
  const intervals = loads.map(({ sourceId, kind, configuredSeconds }, i) => {
    const plan = polls.get(demands[i]?.key ?? '')
    return {
      sourceId,
      kind,
      configuredSeconds,
      everySeconds: plan?.seconds ?? configuredSeconds,
      plan: plan ? reasonOf(plan) : null,
    }
  })
  const lengthened = intervals.filter(({ plan }) => plan !== null).length
  return {
    intervals,
    state: {
      ...learned,
      ...(Object.keys(reduced).length > 0 && { reduced }),
      steps: Object.fromEntries([...steps].sort()),
      lengthened,
    },
  }
}

function reasonOf({ limitedBy, budget, help }: LimitedPollInterval): LongerPollIntervalReason | null {
  if (limitedBy === null) return null
  return { limitedBy, budget: budget === null ? null : parseBudgetName(budget), ...help }
}

const isInForce = ({ everySeconds, reason }: PollLoad, interval: PlannedInterval): boolean =>
  everySeconds === interval.everySeconds && isDeepStrictEqual(reason, interval.plan)
