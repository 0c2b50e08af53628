/**
 * Budgets that Azure meters requests by. ARM counts for each (subscription, identity, kind of operation), the network provider for each
 * (subscription, region), whoever asks. Source: "Understand how Azure Resource Manager throttles requests".
 */
export const budgetNames = ['arm.reads', 'arm.writes', 'network.reads', 'network.writes'] as const
export type BudgetName = (typeof budgetNames)[number]

export interface BudgetLimit {
  /** requests */
  limit: number
  /** in which so many are allowed; of ARM's token buckets, the time in which an empty one is full again */
  windowSeconds: number
}

const documented: Readonly<Record<BudgetName, BudgetLimit>> = {
  'arm.reads': { limit: 250, windowSeconds: 10 },
  'arm.writes': { limit: 200, windowSeconds: 20 },
  'network.reads': { limit: 10_000, windowSeconds: 300 },
  'network.writes': { limit: 1_000, windowSeconds: 300 },
}

/** ARM's older regime, which some clouds have: by the hour. */
const hourly: Readonly<Partial<Record<BudgetName, number>>> = { 'arm.reads': 12_000, 'arm.writes': 1_200 }
const HOUR_SECONDS = 3_600

/**
 * The limit that a reported rest belongs to: the documented one, else ARM's older one by the hour, which may have been raised.
 * @param remaining requests left, as Azure reports; null = it does not say
 */
export function budgetLimit(name: BudgetName, remaining: number | null): BudgetLimit {
  const usual = documented[name]
  if (remaining === null || remaining <= usual.limit) return usual
  const older = hourly[name]
  if (older === undefined) return { ...usual, limit: remaining }
  return { limit: Math.max(older, remaining), windowSeconds: HOUR_SECONDS }
}

/** Whether a budget is counted by region and for all identities together; ARM's are counted for each identity. */
export const isRegional = (name: BudgetName): boolean => name === 'network.reads' || name === 'network.writes'
