import type { PollOutcome } from './poll.ts'
import type { EpochMs } from './time/time.ts'

/**
 * Budgets by which Azure limits the number of requests. ARM counts the requests of each identity per subscription and
 * kind of operation. The network provider counts the requests of all identities together, per subscription and region.
 * Source: "Understand how Azure Resource Manager throttles requests".
 */
export const budgetNames = ['arm.reads', 'arm.writes', 'network.reads', 'network.writes'] as const
export type BudgetName = (typeof budgetNames)[number]

export interface BudgetLimit {
  /** number of requests that are allowed in `windowSeconds` */
  limit: number
  /**
   * time in which `limit` requests are allowed; for ARM's token buckets, the time in which an empty bucket becomes full
   * again
   */
  windowSeconds: number
}

const documented: Readonly<Record<BudgetName, BudgetLimit>> = {
  'arm.reads': { limit: 250, windowSeconds: 10 },
  'arm.writes': { limit: 200, windowSeconds: 20 },
  'network.reads': { limit: 10_000, windowSeconds: 300 },
  'network.writes': { limit: 1_000, windowSeconds: 300 },
}

/**
 * Sizes of ARM's token buckets that are larger than documented, as recorded in 2026. The rate at which they refill is
 * not known, so the documented refill rate of the smaller bucket is assumed.
 */
const recordedSizes: Readonly<Partial<Record<BudgetName, number>>> = { 'arm.reads': 1_100 }

/** Multiple of one identity's bucket that ARM allows to all identities of a subscription together. */
export const MAX_IDENTITIES = 15

/** Hourly limits of ARM's older throttling model, which some clouds still use. */
const hourly: Readonly<Partial<Record<BudgetName, number>>> = { 'arm.reads': 12_000, 'arm.writes': 1_200 }
const HOUR_SECONDS = 3_600

/** Refused request of one identity, if another identity may be permitted to send the same request. */
export interface IdentityRefusal {
  /** name of the identity */
  identity: string
  outcome: PollOutcome
  code: string
  missingAction: string | null
}

/** A bucket of requests as a response of Azure reported it. Figures that Azure did not report are null. */
export interface ReportedRequestBucket {
  /** Azure's name in lower case, for example `subscription-global-reads` or `network-read` */
  name: string
  remaining: number | null
  limit: number | null
  windowSeconds: number | null
  /** share of the bucket that is in use, percent; Azure refuses requests from 100 */
  usedPercent: number | null
  resetAt: EpochMs | null
}

/**
 * Numbers of requests that Azure's budgets still allow, from the x-ms-ratelimit-* headers of a response; null = the
 * header is missing.
 */
export interface RemainingArmRequests {
  remainingReads: number | null
  remainingWrites: number | null
  /** name of the identity to which the budget belongs; absent if the only identity is `default` */
  identity?: string
  /** last refusals of identities for the same requests; absent = none */
  refused?: IdentityRefusal[]
  /**
   * requests that the budgets of the network provider still allow in the region of the polled resource; absent = not
   * reported
   */
  remainingNetworkReads?: number
  remainingNetworkWrites?: number
  /** every bucket that the responses named, including the buckets of the fields above; absent = none */
  buckets?: ReportedRequestBucket[]
}

/** Names of Azure's buckets that show the use of a budget by all identities of a subscription or region. */
const sharedBuckets: Readonly<Record<BudgetName, string>> = {
  'arm.reads': 'subscription-global-reads',
  'arm.writes': 'subscription-global-writes',
  'network.reads': 'network-read',
  'network.writes': 'network-write',
}

const findShared = (name: BudgetName, budget: RemainingArmRequests | null): ReportedRequestBucket | undefined =>
  budget?.buckets?.find((bucket) => bucket.name === sharedBuckets[name])

const remainingIn: Readonly<Record<BudgetName, (budget: RemainingArmRequests) => number | null>> = {
  'arm.reads': ({ remainingReads }) => remainingReads,
  'arm.writes': ({ remainingWrites }) => remainingWrites,
  'network.reads': ({ remainingNetworkReads = null }) => remainingNetworkReads,
  'network.writes': ({ remainingNetworkWrites = null }) => remainingNetworkWrites,
}

/**
 * Returns the limit of a budget, as far as Azure's figures show it (ADR 0357). ARM's token buckets report a count of
 * all identities together; ARM's older hourly model does not. If this count is missing and more requests remain than
 * the largest known bucket can hold, the hourly limit applies. It may have been raised, so it is at least the remaining
 * number. The network provider has no hourly limit, so a remaining number above its documented limit is used as its
 * limit.
 * @param remaining requests left, as reported by Azure; null = not reported
 * @param budget figures of the same response; null = unknown
 */
export function findBudgetLimit(
  name: BudgetName,
  remaining: number | null,
  budget: RemainingArmRequests | null = null,
): BudgetLimit {
  const usual = documented[name]
  const ofAll = isRegionalBudget(name) ? null : (findShared(name, budget)?.remaining ?? null)
  const least = Math.max(remaining ?? 0, ofAll === null ? 0 : Math.ceil(ofAll / MAX_IDENTITIES))
  if (least <= usual.limit) return usual
  const older = hourly[name]
  if (older === undefined) return { ...usual, limit: least }
  const recorded = recordedSizes[name] ?? 0
  if (ofAll === null && least > recorded) return findHourlyLimit(name, least) ?? usual
  const limit = Math.max(least, recorded)
  return { limit, windowSeconds: (limit / usual.limit) * usual.windowSeconds }
}

/** Returns the limit of a budget in ARM's older hourly model; null if the model has no such budget. */
export function findHourlyLimit(name: BudgetName, remaining = 0): BudgetLimit | null {
  const older = hourly[name]
  return older === undefined ? null : { limit: Math.max(older, remaining), windowSeconds: HOUR_SECONDS }
}

/** Reports whether a response shows that ARM counts the requests of a budget per hour. */
export const isCountedByHour = (name: BudgetName, budget: RemainingArmRequests | null): boolean =>
  findBudgetLimit(name, budget && remainingIn[name](budget), budget).windowSeconds === HOUR_SECONDS

/**
 * Reports whether a response contains a count of the requests of all identities together. Only ARM's token buckets
 * report this count.
 */
export const isCountedByBucket = (budget: RemainingArmRequests | null): boolean =>
  findShared('arm.reads', budget) !== undefined || findShared('arm.writes', budget) !== undefined

/**
 * Returns the share of a budget that all identities together have used: 0 = nothing, 1 = all; null = not reported. For
 * the network provider it is the used share that Azure reports or, if that is missing, it is computed from the number
 * of remaining requests.
 */
export function findSharedBudgetUse(name: BudgetName, budget: RemainingArmRequests | null): number | null {
  const shared = findShared(name, budget)
  if (shared?.usedPercent != null) return shared.usedPercent / 100
  if (isRegionalBudget(name)) {
    const left = budget && remainingIn[name](budget)
    return left === null ? null : 1 - left / findBudgetLimit(name, left).limit
  }
  if (shared?.remaining == null) return null
  const { limit } = findBudgetLimit(name, budget && remainingIn[name](budget), budget)
  return 1 - shared.remaining / (limit * MAX_IDENTITIES)
}

/**
 * Returns the number of requests that a budget still allows; null = not reported. Azure may report the requests that
 * remain for this identity, and those that remain for all identities together. In this case the smaller number is
 * returned.
 */
export function findRemainingRequests(name: BudgetName, budget: RemainingArmRequests | null): number | null {
  const own = budget && remainingIn[name](budget)
  const { usedPercent = null, remaining = null } = findShared(name, budget) ?? {}
  const { limit } = findBudgetLimit(name, own, budget)
  const shares = [
    ...(own === null ? [] : [own]),
    ...(remaining === null ? [] : [Math.floor(remaining / MAX_IDENTITIES)]),
    ...(usedPercent === null ? [] : [Math.max(0, Math.floor((limit * (100 - usedPercent)) / 100))]),
  ]
  return shares.length === 0 ? null : Math.min(...shares)
}

/**
 * Reports whether a budget is counted per region for all identities together; ARM's budgets are counted per identity.
 */
export const isRegionalBudget = (name: BudgetName): boolean => name === 'network.reads' || name === 'network.writes'
