import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import type {
  ActivityEntryView,
  ArpInterval,
  CircuitParity,
  CircuitTraffic,
  ConfigurationChange,
  PrefixCount,
  Probe,
  RouteChurnView,
  RouteLookup,
  RoutesDiffView,
  RouteInterval,
  SessionAvailability,
  SessionInterval,
  UsageAnswer,
} from '#lib/contract/index.ts'
import { type Answer, apiUrl, getJson, type Page, type Parameters } from './client.ts'
import type { QueryKey, Topic } from './query-keys.ts'

/** What goes on is renewed now and then beside what the stream reports; what lies in the past can't change. */
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
    ...routes<Page<RouteInterval>>('routes/history', { ...filter, limit: 1000 } as RangeFilter, filter.to === null),
    enabled,
  })

export interface UsageFilter extends Omit<RangeFilter, 'scope'> {
  step: UsageAnswer['step']
  /** one path; null = both summed */
  path: string | null
}
export const circuitUsageQuery = (id: string, filter: UsageFilter) =>
  ofCircuit<Answer<UsageAnswer>>(id, 'usage', filter, filter.to === null)
export const useCircuitUsage = (id: string, filter: UsageFilter) => useQuery(circuitUsageQuery(id, filter))

/** Changes of one resource's configuration. */
export const changesQuery = ({ scope, ...range }: RangeFilter & { scope: string }) =>
  ask<Page<ConfigurationChange>>({
    topic: 'circuits',
    scope: null,
    path: 'changes',
    parameters: { scope, ...range, limit: 200 },
    moving: range.to === null,
  })

/** Entries of the Activity Log about one circuit or gateway. */
export const activityQuery = ({ scope, ...range }: RangeFilter & { scope: string }) =>
  ask<Answer<ActivityEntryView[]>>({
    topic: 'circuits',
    scope: null,
    path: 'activity',
    parameters: { scope, ...range },
    moving: range.to === null,
  })

/** Results of connection monitors' tests that go through a circuit or gateway. */
export const probesQuery = ({ scope, ...range }: RangeFilter & { scope: string }) =>
  ask<Answer<Probe[]>>({
    topic: 'sources',
    scope: null,
    path: 'probes',
    parameters: { scope, ...range },
    moving: range.to === null,
  })

type ScopedRange = RangeFilter & { scope: string }
type OwnRange = Omit<RangeFilter, 'scope'>

const sessions = <Row>(path: string, filter: ScopedRange) =>
  ask<Page<Row>>({
    topic: 'sessions',
    scope: filter.scope,
    path,
    parameters: { ...filter, limit: 1000 },
    moving: filter.to === null,
  })

export const sessionHistoryQuery = (filter: ScopedRange) => sessions<SessionInterval>('sessions/history', filter)
export const useSessionHistory = (filter: ScopedRange) => useQuery(sessionHistoryQuery(filter))
/** How much of a range the sessions of a circuit or gateway were up. */
export const useSessionAvailability = (filter: ScopedRange) =>
  useQuery(
    ask<Answer<SessionAvailability[]>>({
      topic: 'sessions',
      scope: filter.scope,
      path: 'sessions/availability',
      parameters: filter,
      moving: filter.to === null,
    }),
  )
/** How many prefixes the sessions of a circuit or gateway had. */
export const usePrefixCounts = (filter: ScopedRange) => useQuery(sessions<PrefixCount>('sessions/prefixes', filter))

const ofCircuit = <Body>(id: string, path: string, parameters: OwnRange, moving: boolean) =>
  ask<Body>({ topic: 'circuits', scope: id, path: `circuits/${encodeURIComponent(id)}/${path}`, parameters, moving })

/** Rates of a circuit's paths, thinned out for a chart. */
export const useCircuitTraffic = (id: string, filter: OwnRange) =>
  useQuery(ofCircuit<Answer<CircuitTraffic>>(id, 'traffic', filter, filter.to === null))

/** How the route tables of both paths differ now; tables are read every few minutes, and the stream says when. */
export const circuitParityQuery = (id: string) =>
  ask<Answer<CircuitParity | null>>({
    topic: 'routes',
    scope: id,
    path: `circuits/${encodeURIComponent(id)}/parity`,
    parameters: {},
    moving: true,
  })
export const useCircuitParity = (id: string) => useQuery(circuitParityQuery(id))

export const useArpHistory = (id: string, filter: OwnRange) =>
  useQuery(ofCircuit<Page<ArpInterval>>(id, 'arp', { ...filter, limit: 1000 } as OwnRange, filter.to === null))
