import { budgetsOf, kinds } from '#lib/azure/kinds/index.ts'
import {
  findBudgetLimit,
  type BudgetName,
  type EpochMs,
  isRegional,
  type Observation,
  type PollKind,
  pollKinds,
} from '#lib/contract/index.ts'
import type { ThrottledPolls } from '#lib/history/index.ts'

const FIRST_WAIT_MS = 5_000
const LONGEST_WAIT_MS = 5 * 60_000

/**
 * Time in milliseconds within which several sources of a subscription must be throttled before other polls of the
 * subscription are postponed too.
 */
export const STORM_WINDOW_MS = 60_000
const STORM_SOURCES = { tables: 3, most: 10 }

/** Minimum share of each budget for polls beyond the schedule; for ARM's bucket of 250 reads, it is 50. */
const SPARE_SHARE = 0.2

/**
 * Kinds that are postponed first when a subscription is throttled. The peers of gateways are never postponed
 * (docs/rules/detection.md 7).
 */
const leastValuable = pollKinds.filter((kind) => kinds[kind].putOff === 'first')
const lessValuable = pollKinds.filter((kind) => kinds[kind].putOff !== undefined)

export interface ThrottleDecision {
  /** earliest next start of this poll; null = determined by its interval */
  notBefore: EpochMs | null
  /** whether faster polls of this source end */
  endsBurst: boolean
  /**
   * kinds to postpone, for the whole subscription, its resources in the same region, or the same resource; and until
   * when
   */
  spare: { of: 'subscription' | 'region' | 'resource'; kinds: readonly PollKind[]; until: EpochMs } | null
}

export const NOTHING_PUT_OFF: ThrottleDecision = { notBefore: null, endsBurst: false, spare: null }

/**
 * Maximum wait for a locked resource in milliseconds. An operation locks a resource for seconds, or for minutes if the
 * resource is being changed, so polling once a minute is cheap.
 */
const LONGEST_LOCK_WAIT_MS = 60_000

/** Kinds for which Azure runs one operation at a time on a resource. */
const serialised = pollKinds.filter((kind) => kinds[kind].operation)

/**
 * Decides how polls are slowed down after a budget's 429. Its Retry-After is followed; without one the wait doubles
 * with each 429 in a row. Only polls that use the same budget are postponed.
 * @param before recorded polls of the subscription before this poll
 */
export function afterThrottled(before: ThrottledPolls, { finishedAt, error }: Observation): ThrottleDecision {
  const budget = error?.budget
  const until = finishedAt + waitMs(error?.retryAfterSeconds ?? null, before.inARow + 1)
  // the network provider reports the end of its window, and refuses every request before that
  if (budget && isRegional(budget) && error?.retryAfterSeconds != null) {
    const drawing = pollKinds.filter((kind) => budgetsOf(kind).includes(budget))
    return { notBefore: until, endsBurst: true, spare: { of: 'region', kinds: drawing, until } }
  }
  const throttled = before.othersSince + 1
  const least = throttled >= STORM_SOURCES.most ? lessValuable : throttled >= STORM_SOURCES.tables ? leastValuable : []
  const spared = budget === null ? [] : least.filter((kind) => !budget || budgetsOf(kind).includes(budget))
  const of = budget && isRegional(budget) ? ('region' as const) : ('subscription' as const)
  const spare = spared.length > 0 ? { of, kinds: spared, until } : null
  return { notBefore: until, endsBurst: true, spare }
}

/**
 * Decides how polls are slowed down by a lock. The resource is polled again when the other operation may have ended;
 * other resources are not affected.
 * @param before recorded polls of this source before this poll
 */
export function afterLocked(
  { inARow }: Pick<ThrottledPolls, 'inARow'>,
  { finishedAt, error }: Observation,
): ThrottleDecision {
  const wait = waitMs(error?.retryAfterSeconds ?? null, inARow + 1, LONGEST_LOCK_WAIT_MS)
  const until = finishedAt + wait
  return { notBefore: until, endsBurst: false, spare: { of: 'resource', kinds: serialised, until } }
}

/** Reports whether Azure's budgets allow polls beyond the schedule, after a poll that was not throttled. */
export function hasSpareBudget(
  { others, readsLeft }: ThrottledPolls,
  { budget }: Pick<Observation, 'budget'>,
): boolean {
  const left: readonly [BudgetName, number | null | undefined][] = [
    ['arm.reads', budget?.remainingReads ?? readsLeft],
    ['arm.writes', budget?.remainingWrites],
    ['network.reads', budget?.remainingNetworkReads],
    ['network.writes', budget?.remainingNetworkWrites],
  ]
  return (
    others === 0 &&
    left.every(([name, rest]) => rest == null || rest >= SPARE_SHARE * findBudgetLimit(name, null).limit)
  )
}

function waitMs(retryAfterSeconds: number | null, inARow: number, longestMs = LONGEST_WAIT_MS): number {
  if (retryAfterSeconds !== null) return Math.max(0, retryAfterSeconds * 1000)
  return Math.min(longestMs, FIRST_WAIT_MS * 2 ** (inARow - 1))
}
