import { budgetsOf, kinds } from '#lib/azure/kinds/index.ts'
import {
  budgetLimit,
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

/** Sources of one subscription that must be throttled within a minute before the rest of it is spared too. */
export const STORM_WINDOW_MS = 60_000
const STORM_SOURCES = { tables: 3, most: 10 }

/** Below this share of any of its budgets nothing is asked beyond the timetable: of ARM's bucket of 250 reads, 50. */
const SPARE_SHARE = 0.2

/** What is dropped first when a subscription is throttled; the peers of gateways never are (docs/rules/detection.md 7). */
const leastValuable = pollKinds.filter((kind) => kinds[kind].putOff === 'first')
const lessValuable = pollKinds.filter((kind) => kinds[kind].putOff !== undefined)

export interface ThrottleDecision {
  /** this poll's next start is no sooner; null = its interval decides */
  notBefore: EpochMs | null
  /** whether faster polls of this source end */
  endsBurst: boolean
  /** kinds to put off of the whole subscription, of it in the same region, or of the same resource; and until when */
  spare: { of: 'subscription' | 'region' | 'resource'; kinds: readonly PollKind[]; until: EpochMs } | null
}

export const NOTHING_PUT_OFF: ThrottleDecision = { notBefore: null, endsBurst: false, spare: null }

/** An operation that holds a resource lasts seconds or, where the resource is changed, minutes: it costs nothing to ask once a minute. */
const LONGEST_LOCK_WAIT_MS = 60_000

/** Kinds of which Azure runs one operation at a time on a resource. */
const serialised = pollKinds.filter((kind) => kinds[kind].operation)

/**
 * What a budget's 429 means for the pace. Its Retry-After is obeyed, and without one the wait doubles
 * with each 429 in a row. Only what draws from the same budget is spared.
 * @param before what was recorded of the subscription before this poll
 */
export function afterThrottled(before: ThrottledPolls, { finishedAt, error }: Observation): ThrottleDecision {
  const budget = error?.budget
  const until = finishedAt + waitMs(error?.retryAfterSeconds ?? null, before.inARow + 1)
  // the network provider says when its window ends, and refuses whoever asks before that
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
 * What a lock means for the pace: the resource is asked again when the other operation may have ended, and nothing else is
 * slowed down.
 * @param before what was recorded of this source before this poll
 */
export function afterLocked(
  { inARow }: Pick<ThrottledPolls, 'inARow'>,
  { finishedAt, error }: Observation,
): ThrottleDecision {
  const wait = waitMs(error?.retryAfterSeconds ?? null, inARow + 1, LONGEST_LOCK_WAIT_MS)
  const until = finishedAt + wait
  return { notBefore: until, endsBurst: false, spare: { of: 'resource', kinds: serialised, until } }
}

/** Whether Azure's budgets allow polls beyond the timetable, after a poll that was not throttled. */
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
    others === 0 && left.every(([name, rest]) => rest == null || rest >= SPARE_SHARE * budgetLimit(name, null).limit)
  )
}

function waitMs(retryAfterSeconds: number | null, inARow: number, longestMs = LONGEST_WAIT_MS): number {
  if (retryAfterSeconds !== null) return Math.max(0, retryAfterSeconds * 1000)
  return Math.min(longestMs, FIRST_WAIT_MS * 2 ** (inARow - 1))
}
