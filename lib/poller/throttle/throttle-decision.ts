import { listBudgetsOfKind, pollKindDefinitions } from '#lib/azure/kinds/index.ts'
import {
  budgetNames,
  findBudgetLimit,
  findRemainingRequests,
  type BudgetName,
  type EpochMs,
  isRegionalBudget,
  type PollObservation,
  type PollKind,
  pollKinds,
} from '#lib/contract/index.ts'
import type { ThrottledPolls } from '#lib/history/index.ts'

const FIRST_WAIT_MS = 5_000
const LONGEST_WAIT_MS = 5 * 60_000

/**
 * Time in milliseconds. If several sources of a subscription are throttled within it, less important polls of the
 * subscription are postponed, too.
 */
export const STORM_WINDOW_MS = 60_000
const STORM_SOURCES = { tables: 3, most: 10 }

/**
 * Polls in addition to the schedule are permitted only while at least this share of each budget remains. For ARM's
 * budget of 250 reads, this is 50 reads.
 */
const SPARE_SHARE = 0.2

/**
 * Kinds of polls that are postponed first if a subscription is throttled. Polls of gateways' peers are never postponed
 * (docs/rules/detection.md 7).
 */
const leastValuable = pollKinds.filter((kind) => pollKindDefinitions[kind].putOff === 'first')
const lessValuable = pollKinds.filter((kind) => pollKindDefinitions[kind].putOff !== undefined)

export interface ThrottleDelayDecision {
  /** Earliest begin of the next poll; null = only its interval determines when it is due. */
  notBefore: EpochMs | null
  /** True if the temporary faster polling (burst) of this source must end. */
  endsBurst: boolean
  /**
   * Other polls to postpone: their kinds, until when, and where (in the whole subscription, in the same region, or of
   * the same resource); null = none.
   */
  spare: { of: 'subscription' | 'region' | 'resource'; kinds: readonly PollKind[]; until: EpochMs } | null
}

export const NO_THROTTLE_DECISION: ThrottleDelayDecision = { notBefore: null, endsBurst: false, spare: null }

/**
 * Maximum time until a locked resource is polled again, milliseconds. An operation locks it for seconds, a change of
 * the resource for minutes, so one request a minute is sufficient.
 */
const LONGEST_LOCK_WAIT_MS = 60_000

/** Kinds of polls that are operations. Azure runs one operation at a time on a resource. */
const serialised = pollKinds.filter((kind) => pollKindDefinitions[kind].operation)

/**
 * Decides which polls are postponed after Azure refused a request with 429. The wait is Azure's Retry-After; without
 * it, the wait doubles with each consecutive 429. If the refused budget is known, only polls that use it are postponed.
 * @param before earlier recorded polls of the subscription
 */
export function decideAfterThrottled(
  before: ThrottledPolls,
  { finishedAt, error }: PollObservation,
): ThrottleDelayDecision {
  const budget = error?.budget
  const until = finishedAt + waitMs(error?.retryAfterSeconds ?? null, before.inARow + 1)
  // with Retry-After, the network resource provider refuses all requests until the end of its time window
  if (budget && isRegionalBudget(budget) && error?.retryAfterSeconds != null) {
    const drawing = pollKinds.filter((kind) => listBudgetsOfKind(kind).includes(budget))
    return { notBefore: until, endsBurst: true, spare: { of: 'region', kinds: drawing, until } }
  }
  const throttled = before.othersSince + 1
  const least = throttled >= STORM_SOURCES.most ? lessValuable : throttled >= STORM_SOURCES.tables ? leastValuable : []
  const spared = budget === null ? [] : least.filter((kind) => !budget || listBudgetsOfKind(kind).includes(budget))
  const of = budget && isRegionalBudget(budget) ? ('region' as const) : ('subscription' as const)
  const spare = spared.length > 0 ? { of, kinds: spared, until } : null
  return { notBefore: until, endsBurst: true, spare }
}

/**
 * Decides when a resource is polled again whose lock refused the poll. Other resources are not affected.
 * @param before earlier recorded polls of this source
 */
export function decideAfterLocked(
  { inARow }: Pick<ThrottledPolls, 'inARow'>,
  { finishedAt, error }: PollObservation,
): ThrottleDelayDecision {
  const wait = waitMs(error?.retryAfterSeconds ?? null, inARow + 1, LONGEST_LOCK_WAIT_MS)
  const until = finishedAt + wait
  return { notBefore: until, endsBurst: false, spare: { of: 'resource', kinds: serialised, until } }
}

/**
 * Reports whether polls may be sent in addition to the schedule: the last poll of no other source was throttled, and at
 * least {@link SPARE_SHARE} of each of Azure's budgets is left. The caller has already checked that this poll itself
 * was not throttled.
 */
export function hasSpareBudget(
  { others, readsLeft }: ThrottledPolls,
  { budget }: Pick<PollObservation, 'budget'>,
): boolean {
  const isSpare = (name: BudgetName) => {
    const left = findRemainingRequests(name, budget) ?? (name === 'arm.reads' ? readsLeft : null)
    return left === null || left >= SPARE_SHARE * findBudgetLimit(name, null).limit
  }
  return others === 0 && budgetNames.every(isSpare)
}

function waitMs(retryAfterSeconds: number | null, inARow: number, longestMs = LONGEST_WAIT_MS): number {
  if (retryAfterSeconds !== null) return Math.max(0, retryAfterSeconds * 1000)
  return Math.min(longestMs, FIRST_WAIT_MS * 2 ** (inARow - 1))
}
