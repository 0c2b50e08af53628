import { queryOptions, useQuery } from '@tanstack/react-query'
import type { endpoints } from '#lib/api/index.ts'
import type { z } from 'zod'
import { useAsOf, useCustomer } from '../links/range-search.tsx'
import { type Answer, apiUrl, getJson, type QueryParameters } from './client.ts'
import { useServerAnswer } from './drawn-page.tsx'
import type { QueryKey, Topic } from './query-keys.ts'

type Endpoints = typeof endpoints
type PathOf<Name extends keyof Endpoints> = Endpoints[Name]['path'] extends `/${infer Path}` ? Path : never
type ByPath = { [Name in keyof Endpoints as PathOf<Name>]: Endpoints[Name] }

/** Path of an API endpoint below /api/v1: `circuits/{id}/usage`. */
type EndpointPath = keyof ByPath

type InPath<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | InPath<Rest> : never
type Value = string | number | null | undefined
type InQuery<Path extends EndpointPath> = z.input<ByPath[Path]['parameters']>

/** Parameters of an endpoint in its path and its query. Query parameters that are null or undefined are left out. */
export type EndpointParameters<Path extends EndpointPath> = { [Name in InPath<Path>]: string } & {
  [Name in keyof InQuery<Path>]: Value
}

export type EndpointAnswer<Path extends EndpointPath> = z.output<ByPath[Path]['response']>

/** Rules for requesting and caching the responses of an endpoint. */
interface CachePolicy {
  /** topic of the event stream; its changes make a response outdated */
  topic: Topic
  /** parameter with the ID of the only resource whose changes count; without it the changes of all resources count */
  scope?: 'id' | 'scope'
  defaults?: QueryParameters
  /**
   * polling interval in milliseconds, in addition to the stream, because freshness and rates change without a change of
   * the stream. @default never
   */
  refetchMs?: number
  /**
   * name of the parameter for the end of the range; the query is polled only while that parameter is not set, because
   * the past does not change
   */
  openEnd?: 'to'
  staleMs?: number
  /** whether the response to the previous parameters stays visible until the new response arrives */
  keepsPrevious?: true
  /** whether the customer in the page's address filters the response, except in a query for one resource */
  ofCustomer?: true
  /** whether the endpoint takes `at`; it is then queried for the moment of the page unless the query sets its own */
  asOf?: true
}

const LIVE_MS = 10_000
const HISTORY_MS = 60_000
/** polling interval for data by day or half hour */
const DAYS_MS = 5 * 60_000
const SETTINGS_MS = 60_000
const DELIVERY_MS = 5_000
const COST_MS = 5 * 60_000

/** Rows of one page of a long list. */
export const PAGE_ROWS = 100
/** Maximum page size of the API. */
const ALL = { limit: 1000 }

const list = (topic: Topic) => ({ topic, defaults: ALL, refetchMs: LIVE_MS }) as const
const BY_CUSTOMER = { ofCustomer: true } as const
const AS_OF = { asOf: true } as const
const history = (topic: Topic, scope?: 'id' | 'scope') =>
  ({ topic, ...(scope && { scope }), refetchMs: HISTORY_MS, openEnd: 'to', keepsPrevious: true }) as const
const cost = { topic: 'cost', refetchMs: COST_MS, staleMs: 60_000 } as const
const settings = { topic: 'settings', staleMs: SETTINGS_MS } as const

const policies = {
  overview: { topic: 'overview', refetchMs: LIVE_MS, ...BY_CUSTOMER, ...AS_OF },
  circuits: { ...list('circuits'), ...BY_CUSTOMER, ...AS_OF },
  'circuits/history': { topic: 'events', refetchMs: HISTORY_MS, keepsPrevious: true, ...BY_CUSTOMER, ...AS_OF },
  // today's bar changes with events, the other bars with growing gaps
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
  // networks are polled by the inventory, whose changes invalidate the topic of gateways
  networks: { ...list('gateways'), ...BY_CUSTOMER, ...AS_OF },
  hubs: { ...list('gateways'), ...BY_CUSTOMER, ...AS_OF },
  // routes from its connections change without a change of the hub itself
  'hubs/{id}': { topic: 'gateways', refetchMs: LIVE_MS, ...AS_OF },
  ports: { ...list('circuits'), ...BY_CUSTOMER, ...AS_OF },
  // the router station does not announce changes
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
  // commands and the events of polls change a drill
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
  'resilience/outlook': { topic: 'resilience', refetchMs: HISTORY_MS, keepsPrevious: true, ...BY_CUSTOMER },
  'resilience/n-2': { topic: 'resilience', ...BY_CUSTOMER },
  'resilience/what-if': { ...history('routes'), ...BY_CUSTOMER, ...AS_OF },
  events: { topic: 'events', scope: 'scope', refetchMs: LIVE_MS, keepsPrevious: true, ...BY_CUSTOMER },
  'events/summary': { ...history('events', 'scope'), ...BY_CUSTOMER },
  // any source of its group can add an event to an incident
  incidents: { topic: 'events', refetchMs: LIVE_MS, keepsPrevious: true, ...BY_CUSTOMER, ...AS_OF },
  notes: { topic: 'declarations', staleMs: SETTINGS_MS, keepsPrevious: true, ...BY_CUSTOMER },
  'incidents/summary': { topic: 'events', refetchMs: HISTORY_MS, keepsPrevious: true, ...BY_CUSTOMER },
  'incidents/{id}': { topic: 'events', refetchMs: LIVE_MS, ...AS_OF },
  'incidents/assignees': { topic: 'events', staleMs: SETTINGS_MS },
  'incidents/recipients': { topic: 'settings', staleMs: SETTINGS_MS },
  handover: { topic: 'events', refetchMs: LIVE_MS, keepsPrevious: true, ...BY_CUSTOMER, ...AS_OF },
  changes: { ...history('circuits'), defaults: { limit: 200 } },
  activity: history('circuits'),
  probes: history('sources'),
  sources: { ...list('sources'), scope: 'scope', ...BY_CUSTOMER },
  // each poll changes it, so it is not updated by the stream
  'sources/summary': { topic: 'settings', refetchMs: LIVE_MS, ...BY_CUSTOMER },
  'sources/coverage': { ...list('sources'), scope: 'scope', keepsPrevious: true, ...BY_CUSTOMER },
  // a worker checks alerting and does not announce the result
  alerting: { topic: 'access', refetchMs: HISTORY_MS },
  processes: { topic: 'sources', refetchMs: LIVE_MS },
  // counted each minute without an announcement
  slos: { topic: 'access', refetchMs: HISTORY_MS },
  // a worker writes it every 5 min without an announcement
  setup: { topic: 'sources', refetchMs: LIVE_MS },
  declarations: { topic: 'declarations', staleMs: SETTINGS_MS },
  // windows begin and end without a change of any row
  maintenance: { topic: 'declarations', refetchMs: HISTORY_MS, keepsPrevious: true, ...BY_CUSTOMER },
  'maintenance/calendars': { topic: 'declarations', refetchMs: HISTORY_MS },
  'maintenance/notices': { topic: 'declarations', refetchMs: HISTORY_MS },
  'declarations/versions': { topic: 'declarations', staleMs: SETTINGS_MS },
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
 * Returns the endpoints with a flag: filtered by the customer in the page's address, or queried for the moment of the
 * page.
 */
export const endpointsWith = (flag: 'ofCustomer' | 'asOf'): ScreenEndpoint[] =>
  (Object.keys(policies) as ScreenEndpoint[]).filter((path) => flag in policies[path])

/** Path of an endpoint that pages use. */
export type ScreenEndpoint = keyof typeof policies

/** Arguments for the parameters; they are optional if the endpoint requires none. */
export type Rest<Path extends EndpointPath> =
  Record<never, never> extends EndpointParameters<Path>
    ? [parameters?: EndpointParameters<Path>]
    : [parameters: EndpointParameters<Path>]

type QueryKeyOf = readonly [topic: Topic, scope: string | null, path: ScreenEndpoint, parameters: QueryParameters]

/**
 * Returns the key, URL and cache policy of a request. Parameters without a value are left out, so that equal requests
 * have the same key.
 */
export function buildRequest(path: ScreenEndpoint, parameters: QueryParameters) {
  const policy: CachePolicy = policies[path]
  const given = Object.entries({ ...policy.defaults, ...parameters })
  const set = Object.fromEntries(given.filter(([, value]) => value != null))
  const scope = policy.scope === undefined ? null : parameters[policy.scope]
  return {
    policy,
    queryKey: [policy.topic, scope == null ? null : String(scope), path, set] satisfies QueryKeyOf,
    url: apiUrl(path, set),
    /** whether the response can still change */
    isOpen: parameters.at == null && (policy.openEnd === undefined || parameters[policy.openEnd] == null),
  }
}

/** Returns the URL of the request with the given query key; null if the key does not belong to an endpoint. */
export function findQueryKeyUrl([, , path, parameters]: readonly unknown[]): string | null {
  const isEndpoint = typeof path === 'string' && Object.hasOwn(policies, path) && typeof parameters === 'object'
  return isEndpoint ? buildRequest(path as ScreenEndpoint, (parameters ?? {}) as QueryParameters).url : null
}

/**
 * Returns the previous response as a placeholder until the new response arrives. It must belong to the same resource,
 * unless the policy keeps previous responses. A response about now never replaces a response about the past, or vice
 * versa.
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

/** Returns the polling interval for a response about the past: 60 s while it may still change, otherwise no polling. */
const untilSettled = ({ state }: { state: { data?: unknown } }) =>
  (state.data as Answer<unknown> | undefined)?.settled === false ? 60_000 : (false as const)

/** Returns the query of one endpoint of the API; path, parameters and response have the types of the API contract. */
export function endpointQuery<Path extends ScreenEndpoint>(path: Path, ...[parameters]: Rest<Path>) {
  const { policy, queryKey, url, isOpen } = buildRequest(path, (parameters ?? {}) as QueryParameters)
  return queryOptions({
    queryKey: queryKey as QueryKey,
    queryFn: ({ signal }) => getJson<EndpointAnswer<Path>>(url, signal),
    refetchInterval: isOpen ? (policy.refetchMs ?? (false as const)) : untilSettled,
    ...(policy.staleMs !== undefined && { staleTime: policy.staleMs }),
    ...((policy.keepsPrevious || policy.asOf) && { placeholderData: previousOf(policy, queryKey) }),
  })
}

/**
 * Parts of a page's address that apply to every query: the customer (null = all) and the moment (ISO 8601; null = now).
 */
export interface PageScope {
  customer: string | null
  at: string | null
}

/**
 * Adds the customer and the moment of the page to the parameters of a query, if the endpoint uses them. A query for one
 * resource gets no customer, and a query with its own `at` (including null) keeps it.
 */
export function addPageScope<Parameters extends QueryParameters>(
  path: ScreenEndpoint,
  parameters: Parameters,
  { customer, at }: PageScope,
): Parameters {
  const policy: CachePolicy = policies[path]
  const hasCustomer = parameters.scope != null || parameters.customer != null
  return {
    ...parameters,
    ...(customer !== null && policy.ofCustomer && !hasCustomer && { customer }),
    ...(at !== null && policy.asOf && parameters.at === undefined && { at }),
  }
}

/** Returns the customer and the moment in the page's address. */
export const usePageScope = (): PageScope => ({ customer: useCustomer(), at: useAsOf() })

/**
 * Queries one endpoint of the API for the page's customer and moment. If the moment is now, the query is repeated when
 * the stream reports a change.
 */
export function useEndpoint<Path extends ScreenEndpoint>(path: Path, ...[parameters]: Rest<Path>) {
  const asked = addPageScope(path, (parameters ?? {}) as QueryParameters, usePageScope())
  const query = endpointQuery(path, ...([asked] as unknown as Rest<Path>))
  return useServerAnswer(useQuery(query), query.queryKey)
}
