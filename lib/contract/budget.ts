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

/** Hourly limits of ARM's older throttling model, which some clouds still use. */
const hourly: Readonly<Partial<Record<BudgetName, number>>> = { 'arm.reads': 12_000, 'arm.writes': 1_200 }
const HOUR_SECONDS = 3_600

/**
 * Returns the limit of a budget, as far as the number of remaining requests shows it. If the remaining number is at
 * most the documented limit, the documented limit applies. Otherwise ARM uses its older hourly limit, which may have
 * been raised. The network provider has no hourly limit, so the remaining number is used as its limit.
 * @param remaining requests left, as reported by Azure; null = not reported
 */
export function findBudgetLimit(name: BudgetName, remaining: number | null): BudgetLimit {
  const usual = documented[name]
  if (remaining === null || remaining <= usual.limit) return usual
  const older = hourly[name]
  if (older === undefined) return { ...usual, limit: remaining }
  return { limit: Math.max(older, remaining), windowSeconds: HOUR_SECONDS }
}

/**
 * Reports whether a budget is counted per region for all identities together; ARM's budgets are counted per identity.
 */
export const isRegional = (name: BudgetName): boolean => name === 'network.reads' || name === 'network.writes'
