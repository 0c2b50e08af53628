import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import type {
  ConfigurationChange,
  RouteChurnView,
  RouteLookup,
  RoutesDiffView,
  RouteStretch,
  SessionStretch,
  UsageAnswer,
} from '#lib/contract/index.ts'
import { type Answer, apiUrl, getJson, type Page, type Parameters } from './client.ts'
import type { QueryKey, Topic } from './query-keys.ts'

/** What goes on is renewed now and then beside what the stream tells; what lies in the past can't change. */
const RENEW_EVERY_MS = 60_000

interface Question {
  topic: Topic
  scope?: string | null | undefined
  path: string
  parameters: object
  /** the asked time ends now */
  moving: boolean
}

/** Without the parameters that are not set, so that the same question has one key wherever it is put together. */
const given = (parameters: object): Parameters =>
  Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined))

function ask<Body>({ topic, scope = null, path, parameters, moving }: Question) {
  const asked = given(parameters)
  return queryOptions({
    queryKey: [topic, scope, path, asked] satisfies QueryKey,
    queryFn: ({ signal }) => getJson<Body>(apiUrl(path, asked), signal),
    refetchInterval: moving ? RENEW_EVERY_MS : (false as const),
    placeholderData: keepPreviousData,
  })
}

export interface RangeFilter {
  scope?: string | null
  /** ISO 8601 */
  from: string
  /** ISO 8601; null = now */
  to: string | null
}

const routes = <Body>(path: string, parameters: { scope?: string | null }, moving: boolean) =>
  ask<Body>({ topic: 'routes', scope: parameters.scope, path, parameters, moving })

/** Where an address goes. @param enabled false while there is no address */
export const useRouteLookup = (filter: { ip: string; at: string | null; scope: string | null }, enabled = true) =>
  useQuery({ ...routes<Answer<RouteLookup>>('routes/lookup', filter, filter.at === null), enabled })

export const useRoutesDiff = (filter: RangeFilter) =>
  useQuery(routes<Answer<RoutesDiffView>>('routes/diff', filter, filter.to === null))

export const useRouteChurn = (filter: RangeFilter) =>
  useQuery(routes<Answer<RouteChurnView>>('routes/churn', filter, filter.to === null))

export const useRouteHistory = (filter: RangeFilter & { prefix: string; table?: string | null }, enabled = true) =>
  useQuery({
    ...routes<Page<RouteStretch>>('routes/history', { ...filter, limit: 1000 } as RangeFilter, filter.to === null),
    enabled,
  })

export interface UsageFilter extends Omit<RangeFilter, 'scope'> {
  step: UsageAnswer['step']
  /** one path; null = both summed */
  path: string | null
}
export const useCircuitUsage = (id: string, filter: UsageFilter) =>
  useQuery(
    ask<Answer<UsageAnswer>>({
      topic: 'circuits',
      scope: id,
      path: `circuits/${encodeURIComponent(id)}/usage`,
      parameters: filter,
      moving: filter.to === null,
    }),
  )

/** Changes of one resource's configuration. */
export const changesQuery = ({ scope, ...range }: RangeFilter & { scope: string }) =>
  ask<Page<ConfigurationChange>>({
    topic: 'circuits',
    scope: null,
    path: 'changes',
    parameters: { scope, ...range, limit: 200 },
    moving: range.to === null,
  })

export const useSessionHistory = (filter: RangeFilter & { scope: string }) =>
  useQuery(
    ask<Page<SessionStretch>>({
      topic: 'sessions',
      scope: filter.scope,
      path: 'sessions/history',
      parameters: { ...filter, limit: 1000 },
      moving: filter.to === null,
    }),
  )
