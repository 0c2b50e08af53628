import { queryOptions, useQuery } from '@tanstack/react-query'
import type { allApiEndpoints } from '#lib/api/index.ts'
import type { z } from 'zod'
import { useSelectedPastMoment, useCustomer } from '../links/page-selection-provider.tsx'
import { type ApiResponse, buildApiUrl, getJson, type QueryParameters } from './client.ts'
import { useServerResponse } from './server-answers.tsx'
import type { QueryKey, ChangeTopic } from './query-keys.ts'

type Endpoints = typeof allApiEndpoints
type PathOf<Name extends keyof Endpoints> = Endpoints[Name]['path'] extends `/${infer Path}` ? Path : never
type ByPath = { [Name in keyof Endpoints as PathOf<Name>]: Endpoints[Name] }

/** Path of an API endpoint below /api/v1: `circuits/{id}/usage`. */
type EndpointPath = keyof ByPath

type InPath<Path extends string> = Path extends `${string}{${infer Name}}${infer EndpointArguments}`
  ? Name | InPath<EndpointArguments>
  : never
type Value = string | number | null | undefined
type InQuery<Path extends EndpointPath> = z.input<ByPath[Path]['parameters']>

/** Parameters of an endpoint in its path and its query. Query parameters that are null or undefined are left out. */
export type EndpointParameters<Path extends EndpointPath> = { [Name in InPath<Path>]: string } & {
  [Name in keyof InQuery<Path>]: Value
}

export type EndpointResponse<Path extends EndpointPath> = z.output<ByPath[Path]['response']>

/** Rules for requesting an endpoint and caching its responses. */
interface CachePolicy {
  /** topic of the event stream that announces changes of the response */
  topic: ChangeTopic
  /**
   * name of the parameter with the ID of a resource. If it is set, only changes of this resource make the response
   * outdated; otherwise changes of any resource do
   */
  scope?: 'id' | 'scope'
  defaults?: QueryParameters
  /**
   * interval of refetches in milliseconds, in addition to refetches that the event stream causes, because the stream
   * does not announce changes of freshness and rates. Default: no refetches
   */
  refetchMs?: number
  /**
   * name of the parameter for the end of the time range; the query is refetched only while this parameter is not set,
   * because a closed range in the past does not change
   */
  openEnd?: 'to'
  staleMs?: number
  /** whether the response to the previous parameters stays visible until the new response arrives */
  keepsPrevious?: true
  /** whether the response is filtered by the customer in the page's address, except in a query for one resource */
  ofCustomer?: true
  /**
   * whether the endpoint has the parameter `at`; the query then uses the past moment that the page shows, unless the
   * query sets its own moment
   */
  asOf?: true
  /**
   * whether a query without a time range ends at the past moment that the page shows, because the endpoint has `to` but
   * not `at`
   */
  endsAtMoment?: true
}

const LIVE_MS = 10_000
const HISTORY_MS = 60_000
/** interval of refetches for data whose steps are days or half hours, in milliseconds */
const DAYS_MS = 5 * 60_000
const SETTINGS_MS = 60_000
const DELIVERY_MS = 5_000
const COST_MS = 5 * 60_000

/** Number of rows in one page of a long list. */
export const MAX_ROWS_PER_PAGE = 100
/** Maximum page size of the API. */
const ALL = { limit: 1000 }

const list = (topic: ChangeTopic) => ({ topic, defaults: ALL, refetchMs: LIVE_MS }) as const
const BY_CUSTOMER = { ofCustomer: true } as const
const AS_OF = { asOf: true } as const
const history = (topic: ChangeTopic, scope?: 'id' | 'scope') =>
  ({ topic, ...(scope && { scope }), refetchMs: HISTORY_MS, openEnd: 'to', keepsPrevious: true }) as const
const cost = { topic: 'cost', refetchMs: COST_MS, staleMs: 60_000 } as const
const settings = { topic: 'settings', staleMs: SETTINGS_MS } as const

const policies = {
  overview: { topic: 'overview', refetchMs: LIVE_MS, ...BY_CUSTOMER, ...AS_OF },
  circuits: { ...list('circuits'), ...BY_CUSTOMER, ...AS_OF },
  'circuits/history': { topic: 'events', refetchMs: HISTORY_MS, keepsPrevious: true, ...BY_CUSTOMER, ...AS_OF },
  // An event changes only the bar of the current day. The bars of earlier days change when gaps in polling are found
  // later, so that the response is also refetched.
  uptime: { topic: 'events', refetchMs: DAYS_MS, ...BY_CUSTOMER, ...AS_OF },
  'sessions/uptime': { topic: 'events', refetchMs: DAYS_MS, keepsPrevious: true, ...BY_CUSTOMER },
  'ports/uptime': { topic: 'events', refetchMs: DAYS_MS, ...BY_CUSTOMER },
  'circuits/{id}': { topic: 'circuits', scope: 'id', refetchMs: LIVE_MS, ...AS_OF },
  'circuits/{id}/usage': history('circuits', 'id'),
  'circuits/{id}/traffic': history('circuits', 'id'),
  'circuits/{id}/arp': { ...history('circuits', 'id'), defaults: ALL },
  'circuits/{id}/lifecycle': { topic: 'circuits', scope: 'id', refetchMs: HISTORY_MS },
  'circuits/{id}/parity': { topic: 'routes', scope: 'id', refetchMs: HISTORY_MS, keepsPrevious: true },
  gateways: { ...list('gateways'), ...BY_CUSTOMER, ...AS_OF },
  'gateways/traffic': { topic: 'gateways', refetchMs: DAYS_MS, keepsPrevious: true, ...BY_CUSTOMER, ...AS_OF },
  'gateways/{id}': { topic: 'gateways', scope: 'id', refetchMs: LIVE_MS, ...AS_OF },
  'gateways/{id}/azure-reports': { topic: 'gateways', refetchMs: HISTORY_MS },
  'gateways/{id}/load': history('gateways', 'id'),
  // The inventory poll reads networks. Its changes are announced under the topic `gateways`.
  networks: { ...list('gateways'), ...BY_CUSTOMER, ...AS_OF },
  hubs: { ...list('gateways'), ...BY_CUSTOMER, ...AS_OF },
  // No `scope`, because a change of the routes of the hub's connections is announced under the ID of another resource.
  // The response is therefore refetched after a change of any resource.
  'hubs/{id}': { topic: 'gateways', refetchMs: LIVE_MS, ...AS_OF },
  ports: { ...list('circuits'), ...BY_CUSTOMER, ...AS_OF },
  // Changes of sessions that customer routers report are not announced, so that the list is refetched.
  routers: { ...list('sessions'), ...BY_CUSTOMER },
  'resources/{id}/former': { topic: 'circuits', staleMs: HISTORY_MS },
  'routers/{id}': { topic: 'sessions', refetchMs: LIVE_MS },
  'circuits/{id}/routers': history('circuits', 'id'),
  'circuits/{id}/router-configuration': { topic: 'circuits', scope: 'id', keepsPrevious: true },
  customers: list('declarations'),
  'reports/availability': { topic: 'events', refetchMs: HISTORY_MS, keepsPrevious: true, ...BY_CUSTOMER },
  resilience: { topic: 'declarations', refetchMs: HISTORY_MS, ...BY_CUSTOMER },
  'resilience/azure-failover-tests': { topic: 'events', refetchMs: HISTORY_MS, ...BY_CUSTOMER },
  'resilience/drills': { topic: 'events', refetchMs: LIVE_MS, ...BY_CUSTOMER },
  // Commands of users and events that polls detect both change a drill. Both kinds of change are announced as events.
  'resilience/drills/{id}': { topic: 'events', refetchMs: LIVE_MS },
  'resilience/drills/expected': { topic: 'routes', keepsPrevious: true, ...BY_CUSTOMER },
  'resilience/intents': { topic: 'declarations', refetchMs: HISTORY_MS, ...BY_CUSTOMER },
  sessions: { ...list('sessions'), scope: 'scope', keepsPrevious: true, ...BY_CUSTOMER, ...AS_OF },
  'sessions/history': { ...history('sessions', 'scope'), defaults: ALL, ...BY_CUSTOMER },
  'sessions/prefixes': { ...history('sessions', 'scope'), defaults: ALL },
  'sessions/availability': history('sessions', 'scope'),
  routes: { topic: 'routes', scope: 'scope', refetchMs: LIVE_MS, keepsPrevious: true, ...BY_CUSTOMER, ...AS_OF },
  'routes/lookup': { ...history('routes', 'scope'), ...BY_CUSTOMER, ...AS_OF },
  'routes/diff': { ...history('routes', 'scope'), ...BY_CUSTOMER },
  'routes/churn': { ...history('routes', 'scope'), ...BY_CUSTOMER },
  'routes/changes': { ...history('routes', 'scope'), keepsPrevious: true, ...BY_CUSTOMER },
  'routes/history': { ...history('routes', 'scope'), defaults: ALL, ...BY_CUSTOMER },
  'resilience/n-1': { topic: 'routes', refetchMs: HISTORY_MS, staleMs: HISTORY_MS, ...BY_CUSTOMER },
  'resilience/failovers': { topic: 'routes', refetchMs: HISTORY_MS, keepsPrevious: true, ...BY_CUSTOMER },
  'resilience/outlook': { topic: 'resilience', refetchMs: HISTORY_MS, keepsPrevious: true, ...BY_CUSTOMER },
  'resilience/n-2': { topic: 'resilience', ...BY_CUSTOMER },
  'resilience/what-if': { ...history('routes'), ...BY_CUSTOMER, ...AS_OF },
  events: { topic: 'events', scope: 'scope', refetchMs: LIVE_MS, keepsPrevious: true, ...BY_CUSTOMER },
  'events/summary': { ...history('events', 'scope'), ...BY_CUSTOMER },
  // An event of any resource can be added to an incident, so that the policy has no `scope`.
  incidents: { topic: 'events', refetchMs: LIVE_MS, keepsPrevious: true, ...BY_CUSTOMER, ...AS_OF },
  notes: { topic: 'declarations', staleMs: SETTINGS_MS, keepsPrevious: true, ...BY_CUSTOMER },
  'incidents/summary': { topic: 'events', refetchMs: HISTORY_MS, keepsPrevious: true, ...BY_CUSTOMER },
  'incidents/{id}': { topic: 'events', refetchMs: LIVE_MS, ...AS_OF },
  'incidents/assignees': { topic: 'events', staleMs: SETTINGS_MS },
  'incidents/recipients': { topic: 'settings', staleMs: SETTINGS_MS },
  handover: { topic: 'events', refetchMs: LIVE_MS, keepsPrevious: true, ...BY_CUSTOMER, ...AS_OF },
  changes: { ...history('circuits'), defaults: { limit: 200 } },
  activity: history('circuits'),
  probes: { ...history('sources'), endsAtMoment: true },
  sources: { ...list('sources'), scope: 'scope', ...BY_CUSTOMER },
  // Every poll changes the summary. Its topic is `settings`, because with the topic of polls the stream would cause a
  // refetch after each poll.
  'sources/summary': { topic: 'settings', refetchMs: LIVE_MS, ...BY_CUSTOMER },
  'sources/coverage': { ...list('sources'), scope: 'scope', keepsPrevious: true, ...BY_CUSTOMER },
  // a worker checks alerting and does not announce the result, so the response is refetched
  alerting: { topic: 'access', refetchMs: HISTORY_MS },
  processes: { topic: 'sources', refetchMs: LIVE_MS },
  // The counters of the objectives change each minute without an announcement.
  slos: { topic: 'access', refetchMs: HISTORY_MS },
  // a worker updates the setup every 5 min without an announcement
  setup: { topic: 'sources', refetchMs: LIVE_MS },
  declarations: { topic: 'declarations', staleMs: SETTINGS_MS },
  // maintenance windows begin and end without a change of a stored row, so no change is announced
  maintenance: { topic: 'declarations', refetchMs: HISTORY_MS, keepsPrevious: true, ...BY_CUSTOMER },
  'maintenance/calendars': { topic: 'declarations', refetchMs: HISTORY_MS },
  'maintenance/notices': { topic: 'declarations', refetchMs: HISTORY_MS },
  'declarations/versions': { topic: 'declarations', staleMs: SETTINGS_MS },
  'declarations/proposals': { topic: 'declarations', refetchMs: HISTORY_MS },
  'settings/thresholds': settings,
  channels: { topic: 'settings', refetchMs: DELIVERY_MS },
  'report-schedules': { ...settings, refetchMs: SETTINGS_MS },
  escalation: { ...settings, refetchMs: SETTINGS_MS },
  notifications: { topic: 'settings', refetchMs: DELIVERY_MS },
  'back-tests': { topic: 'settings' },
  'service-key-requests': { topic: 'settings' },
  'cost/weekly': { ...cost, ...BY_CUSTOMER },
  'cost/findings': { ...cost, defaults: ALL, ...BY_CUSTOMER },
  'cost/prices': cost,
  'cost/overrides': cost,
  'cost/discount': cost,
  'cost/global-reach': { ...cost, ...BY_CUSTOMER },
  'cost/budgets': cost,
  'cost/reconcile': { ...cost, ...BY_CUSTOMER },
  'cost/tco': { ...cost, keepsPrevious: true, ...BY_CUSTOMER },
  'cost/what-if': { ...cost, keepsPrevious: true },
  users: { topic: 'access', staleMs: SETTINGS_MS },
  tokens: { topic: 'access', staleMs: SETTINGS_MS },
  audit: { topic: 'access' },
  views: { topic: 'access', staleMs: SETTINGS_MS },
  snapshots: { topic: 'access', refetchMs: SETTINGS_MS },
} satisfies Partial<Record<EndpointPath, CachePolicy>>

/**
 * Returns the endpoints whose cache policy has a flag: `ofCustomer` = filtered by the customer in the page's address,
 * `asOf` = queried for the moment of the page.
 */
export const listEndpointsWithFlag = (flag: 'ofCustomer' | 'asOf'): ScreenEndpointPath[] =>
  (Object.keys(policies) as ScreenEndpointPath[]).filter((path) => flag in policies[path])

/** Path of an endpoint that pages use. */
export type ScreenEndpointPath = keyof typeof policies

/** Argument list for the parameters of an endpoint; the argument is optional if the endpoint requires no parameter. */
export type EndpointArguments<Path extends EndpointPath> =
  Record<never, never> extends EndpointParameters<Path>
    ? [parameters?: EndpointParameters<Path>]
    : [parameters: EndpointParameters<Path>]

type QueryKeyOf = readonly [
  topic: ChangeTopic,
  scope: string | null,
  path: ScreenEndpointPath,
  parameters: QueryParameters,
]

/**
 * Returns the key, URL and cache policy of a request. Parameters without a value are left out, so that equal requests
 * have the same key.
 */
export function buildRequest(path: ScreenEndpointPath, parameters: QueryParameters) {
  const policy: CachePolicy = policies[path]
  const given = Object.entries({ ...policy.defaults, ...parameters })
  const set = Object.fromEntries(given.filter(([, value]) => value != null))
  const scope = policy.scope === undefined ? null : parameters[policy.scope]
  return {
    policy,
    queryKey: [policy.topic, scope == null ? null : String(scope), path, set] satisfies QueryKeyOf,
    url: buildApiUrl(path, set),
    /** whether the response is about the present and can therefore still change */
    isOpen: parameters.at == null && (policy.openEnd === undefined || parameters[policy.openEnd] == null),
  }
}

/** Returns the URL of the request with the given query key; null if the key does not belong to an endpoint. */
export function findQueryKeyUrl([, , path, parameters]: readonly unknown[]): string | null {
  const isEndpoint = typeof path === 'string' && Object.hasOwn(policies, path) && typeof parameters === 'object'
  return isEndpoint ? buildRequest(path as ScreenEndpointPath, (parameters ?? {}) as QueryParameters).url : null
}

/**
 * Returns a function that chooses the previous response as a placeholder until the new response arrives. Without
 * `keepsPrevious`, there is a placeholder only while a response about the past is loading, and only if the previous
 * response belongs to the same resource. A response about the present is never a placeholder for a response about the
 * past, or vice versa.
 */
function previousOf({ keepsPrevious }: CachePolicy, [, scope, , { at }]: QueryKeyOf) {
  return <Data>(data: Data | undefined, before?: { queryKey: QueryKey }): Data | undefined => {
    if (before === undefined) return undefined
    const [, scopeBefore, , parameters] = before.queryKey as QueryKeyOf
    const isPast = at != null
    if (isPast !== (parameters.at != null)) return undefined
    return keepsPrevious || (isPast && scope === scopeBefore) ? data : undefined
  }
}

/**
 * Returns the interval of refetches for a response about the past: 60 s while the response may still change, otherwise
 * no refetches.
 */
const untilSettled = ({ state }: { state: { data?: unknown } }) =>
  (state.data as ApiResponse<unknown> | undefined)?.settled === false ? 60_000 : (false as const)

/** Returns the query of one endpoint of the API; path, parameters and response have the types of the API contract. */
export function createEndpointQuery<Path extends ScreenEndpointPath>(
  path: Path,
  ...[parameters]: EndpointArguments<Path>
) {
  const { policy, queryKey, url, isOpen } = buildRequest(path, (parameters ?? {}) as QueryParameters)
  return queryOptions({
    queryKey: queryKey as QueryKey,
    queryFn: ({ signal }) => getJson<EndpointResponse<Path>>(url, signal),
    refetchInterval: isOpen ? (policy.refetchMs ?? (false as const)) : untilSettled,
    ...(policy.staleMs !== undefined && { staleTime: policy.staleMs }),
    ...((policy.keepsPrevious || policy.asOf) && { placeholderData: previousOf(policy, queryKey) }),
  })
}

/**
 * Parts of the page's address that apply to every query: the customer (null = all) and the moment (ISO 8601; null =
 * now).
 */
export interface PageCustomerAndTime {
  customer: string | null
  at: string | null
}

/**
 * Adds the customer and the moment of the page to the parameters of a query, if the endpoint uses them. The customer is
 * left out in a query for one resource. A query that sets `at` itself (also to null) keeps its value.
 */
export function addPageSelectionToParameters<Parameters extends QueryParameters>(
  path: ScreenEndpointPath,
  parameters: Parameters,
  { customer, at }: PageCustomerAndTime,
): Parameters {
  const policy: CachePolicy = policies[path]
  const hasCustomer = parameters.scope != null || parameters.customer != null
  const hasRange = parameters.from !== undefined || parameters.to !== undefined
  return {
    ...parameters,
    ...(customer !== null && policy.ofCustomer && !hasCustomer && { customer }),
    ...(at !== null && policy.asOf && parameters.at === undefined && { at }),
    ...(at !== null && policy.endsAtMoment && !hasRange && { to: at }),
  }
}

/** Returns the customer and the moment in the page's address. */
export const usePageSelection = (): PageCustomerAndTime => ({ customer: useCustomer(), at: useSelectedPastMoment() })

/**
 * Queries one endpoint of the API for the page's customer and moment. If the moment is now, the query is repeated when
 * the stream reports a change.
 */
export function useEndpointQuery<Path extends ScreenEndpointPath>(
  path: Path,
  ...[parameters]: EndpointArguments<Path>
) {
  const asked = addPageSelectionToParameters(path, (parameters ?? {}) as QueryParameters, usePageSelection())
  const query = createEndpointQuery(path, ...([asked] as unknown as EndpointArguments<Path>))
  return useServerResponse(useQuery(query), query.queryKey)
}
