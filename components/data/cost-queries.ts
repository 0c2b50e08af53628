import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import type {
  CostBudgetsAnswer,
  CostOverridesAnswer,
  CostPrices,
  CostReconcile,
  CostReview,
  CostTco,
  CostWhatIf,
} from '#lib/contract/index.ts'
import { type Answer, apiUrl, getJson, type Parameters } from './client.ts'
import type { QueryKey } from './query-keys.ts'

/** Figures of cost move by the hour. */
const RENEW_EVERY_MS = 5 * 60_000

const ask = <Body>(path: string, parameters: Parameters = {}) =>
  queryOptions({
    queryKey: ['cost', null, path, parameters] satisfies QueryKey,
    queryFn: ({ signal }) => getJson<Body>(apiUrl(`cost/${path}`, parameters), signal),
    refetchInterval: RENEW_EVERY_MS,
    staleTime: 60_000,
  })

/** @param week ISO week; null = the open one */
export const costWeeklyQuery = (week: string | null) => ask<Answer<CostReview>>('weekly', { week })
export const costPricesQuery = () => ask<Answer<CostPrices>>('prices')
export const costOverridesQuery = () => ask<Answer<CostOverridesAnswer>>('overrides')
export const costBudgetsQuery = () => ask<Answer<CostBudgetsAnswer>>('budgets')
/** @param months so many billing months, the current one last */
export const costTcoQuery = (months: number) => ask<Answer<CostTco>>('tco', { months })

/** @param month YYYY-MM; null = the last one that there is a bill of */
export const costReconcileQuery = (month: string | null) => ask<Answer<CostReconcile>>('reconcile', { month })

export interface WhatIfScenario {
  circuit: string
  plan: string | null
  tier: string | null
  bandwidthMbps: number | null
  second: 'true' | null
  globalReach: 'true' | null
  reachMonthly: string | null
  reachPerGb: string | null
  reachGb: string | null
  direct: 'true' | null
  directMonthly: string | null
}

export const useCostWeekly = (week: string | null) => useQuery(costWeeklyQuery(week))
export const useCostPrices = () => useQuery(costPricesQuery())
export const useCostOverrides = () => useQuery(costOverridesQuery())
export const useCostBudgets = () => useQuery(costBudgetsQuery())
export const useCostReconcile = (month: string | null) => useQuery(costReconcileQuery(month))
export const useCostTco = (months: number) => useQuery({ ...costTcoQuery(months), placeholderData: keepPreviousData })
export const useCostWhatIf = (scenario: WhatIfScenario) =>
  useQuery({ ...ask<Answer<CostWhatIf>>('what-if', { ...scenario }), placeholderData: keepPreviousData })
