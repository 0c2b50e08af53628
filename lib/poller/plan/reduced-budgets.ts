import {
  findBudgetLimit,
  findSharedBudgetUse,
  type EpochMs,
  isRegionalBudget,
  MAX_IDENTITIES,
} from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { PollPlanState, PollLoad } from '#lib/history/index.ts'
import { UNPLANNED_BUDGET_SHARE, type PollIntervalDemand } from '../interval-plan/index.ts'
import { parseBudgetName } from './poll-demands.ts'

/**
 * Age up to which a report of Azure about the use of a budget is considered, in milliseconds. It is also the minimum
 * time between two changes of the same budget. The value is the longest time window of Azure's budgets.
 */
const WINDOW_MS = 5 * MS_PER_MINUTE
/**
 * HIGH: share of a budget in use above which fewer requests are planned. The next constant is the share below which the
 * plan permits more requests again. Polls use at most HIGH of a budget, so that requests of users and of other programs
 * are not refused.
 */
const HIGH = 0.8
const LOW = 0.6
/**
 * Factors by which one change reduces or raises the permitted requests. A change is small, because the use of a budget
 * also depends on other programs.
 */
const LESS = 0.9
const MORE = 1.1
/** Minimum share of the documented budget that a plan permits. */
const MIN_SHARE = 1 / 32

interface Use {
  /** largest use in the last window, as a share from 0 */
  share: number
  /** requests per second that the polls send with their current intervals */
  perSecond: number
  at: EpochMs
}

/**
 * Returns the budgets for which the plan permits fewer requests than Azure documents, because Azure reports that they
 * are nearly used up, by all programs together (ADR 0357). Azure refuses requests only at 100 %.
 * @param demands the demands of the polls, in the order of `loads`
 */
export function learnReducedBudgets(
  loads: readonly PollLoad[],
  demands: readonly PollIntervalDemand[],
  before: NonNullable<PollPlanState['reduced']>,
): NonNullable<PollPlanState['reduced']> {
  const uses = measureUse(loads, demands)
  const changed = new Map(Object.entries(before))
  for (const [key, { share, perSecond, at }] of uses) {
    const known = changed.get(key)
    if (known && at - known.at < WINDOW_MS) continue
    const name = parseBudgetName(key)
    const { limit, windowSeconds } = findBudgetLimit(name, null)
    const documented = limit / windowSeconds
    if (share > HIGH) {
      const allowed = Math.min(known?.perSecond ?? Number.POSITIVE_INFINITY, perSecond / (1 - UNPLANNED_BUDGET_SHARE))
      const next = Math.max(documented * MIN_SHARE, allowed * Math.min(LESS, HIGH / share))
      changed.set(key, { perSecond: next, at })
    } else if (known && share < LOW) {
      const next = known.perSecond * MORE
      if (next > documented * (isRegionalBudget(name) ? 1 : MAX_IDENTITIES)) changed.delete(key)
      else changed.set(key, { perSecond: next, at })
    }
  }
  return Object.fromEntries([...changed].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Returns the use of each budget whose use Azure reported in the last window. */
function measureUse(loads: readonly PollLoad[], demands: readonly PollIntervalDemand[]): ReadonlyMap<string, Use> {
  const newest = Math.max(...loads.map(({ reportedAt }) => reportedAt ?? 0))
  const uses = new Map<string, Use>()
  const rates = new Map<string, number>()
  for (const [i, { budget, reportedAt, refusedBy, everySeconds, burstSeconds }] of loads.entries()) {
    for (const { budget: key, requests } of demands[i]?.draws ?? []) {
      rates.set(key, (rates.get(key) ?? 0) + requests / Math.min(everySeconds, burstSeconds ?? everySeconds))
      if (reportedAt == null || newest - reportedAt > WINDOW_MS) continue
      const name = parseBudgetName(key)
      const share = refusedBy === name ? 1 : findSharedBudgetUse(name, budget)
      if (share === null) continue
      const known = uses.get(key)
      uses.set(key, { share: Math.max(share, known?.share ?? 0), perSecond: 0, at: newest })
    }
  }
  return new Map([...uses].map(([key, use]) => [key, { ...use, perSecond: rates.get(key) ?? 0 }]))
}
