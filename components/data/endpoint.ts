import { queryOptions, useQuery } from '@tanstack/react-query'
import type { endpoints } from '#lib/api/index.ts'
import type { z } from 'zod'
import { useAsOf, useCustomer } from '../links/range-search.tsx'
import { type Answer, apiUrl, getJson, type QueryParameters } from './client.ts'
import { useAsDrawn } from './drawn-page.tsx'
import type { QueryKey, Topic } from './query-keys.ts'

type Endpoints = typeof endpoints
type PathOf<Name extends keyof Endpoints> = Endpoints[Name]['path'] extends `/${infer Path}` ? Path : never
type ByPath = { [Name in keyof Endpoints as PathOf<Name>]: Endpoints[Name] }

/** An endpoint of the API by its path under /api/v1: `circuits/{id}/usage`. */
type EndpointPath = keyof ByPath

type InPath<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | InPath<Rest> : never
type Value = string | number | null | undefined
type InQuery<Path extends EndpointPath> = z.input<ByPath[Path]['parameters']>

/** The parameters of an endpoint: those in its path, and those of its query, of which null and undefined are left out. */
export type EndpointParameters<Path extends EndpointPath> = { [Name in InPath<Path>]: string } & {
  [Name in keyof InQuery<Path>]: Value
}

export type EndpointAnswer<Path extends EndpointPath> = z.output<ByPath[Path]['response']>

/** How a screen asks for and keeps the answers of an endpoint. */
interface CachePolicy {
  /** the stream's topic whose changes make an answer outdated */
  topic: Topic
  /** the parameter that names the one resource whose changes count; without it those of all resources do */
  scope?: 'id' | 'scope'
  defaults?: QueryParameters
  /** milliseconds; beside the stream, for freshness and rates, which change without a change of the stream. @default never */
  refetchMs?: number
  /** refetch only while the range ends now: the past does not change. Names the parameter of its end */
  openEnd?: 'to'
  staleMs?: number
  /** show the answer to the previous parameters until the new one is there */
  keepsPrevious?: true
  /** whether the customer in the page's address filters it; not where one resource is asked for */
  ofCustomer?: true
  /** whether it takes `at`, and is asked as of the clock's moment unless the question says another */
  asOf?: true
}

const LIVE_MS = 10_000
const HISTORY_MS = 60_000
/** of what is shown day by day or in half hours */
const DAYS_MS = 5 * 60_000
const SETTINGS_MS = 60_000
const DELIVERY_MS = 5_000
const COST_MS = 5 * 60_000

/** Rows of one page of a long list. */
export const PAGE_ROWS = 100
/** The API's largest page. */
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
  // today's bar changes with events, the others with gaps that grow
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
  // read by the inventory, whose changes invalidate the topic of gateways
  networks: { ...list('gateways'), ...BY_CUSTOMER, ...AS_OF },
  hubs: { ...list('gateways'), ...BY_CUSTOMER, ...AS_OF },
  // what its connections bring changes without a change of the hub itself
  'hubs/{id}': { topic: 'gateways', refetchMs: LIVE_MS, ...AS_OF },
  ports: { ...list('circuits'), ...BY_CUSTOMER, ...AS_OF },
  // the station announces nothing
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
  // a command's answer and a poll's events change it
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
  // any source of its group may raise an event of an incident
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
  // each poll changes it: not with the stream
  'sources/summary': { topic: 'settings', refetchMs: LIVE_MS, ...BY_CUSTOMER },
  'sources/coverage': { ...list('sources'), scope: 'scope', keepsPrevious: true, ...BY_CUSTOMER },
  // proved by a worker, which announces nothing
  alerting: { topic: 'access', refetchMs: HISTORY_MS },
  processes: { topic: 'sources', refetchMs: LIVE_MS },
  // counted each minute, and announced to nobody
  slos: { topic: 'access', refetchMs: HISTORY_MS },
  // a worker writes it every 5 min, and announces nothing
  setup: { topic: 'sources', refetchMs: LIVE_MS },
  declarations: { topic: 'declarations', staleMs: SETTINGS_MS },
  // windows begin and end without a change of anything
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

/** The endpoints that the customer in a page's address filters, or those that are asked as of the clock's moment. */
export const endpointsWith = (flag: 'ofCustomer' | 'asOf'): ScreenEndpoint[] =>
  (Object.keys(policies) as ScreenEndpoint[]).filter((path) => flag in policies[path])

/** An endpoint that screens read. */
export type ScreenEndpoint = keyof typeof policies

/** Parameters may be left out where the endpoint requires none. */
export type Rest<Path extends EndpointPath> =
  Record<never, never> extends EndpointParameters<Path>
    ? [parameters?: EndpointParameters<Path>]
    : [parameters: EndpointParameters<Path>]

type QueryKeyOf = readonly [topic: Topic, scope: string | null, path: ScreenEndpoint, parameters: QueryParameters]

/** The key, URL and cache policy of a request. Equal parameters have one key: those without a value are left out. */
export function requestOf(path: ScreenEndpoint, parameters: QueryParameters) {
  const policy: CachePolicy = policies[path]
  const given = Object.entries({ ...policy.defaults, ...parameters })
  const set = Object.fromEntries(given.filter(([, value]) => value != null))
  const scope = policy.scope === undefined ? null : parameters[policy.scope]
  return {
    policy,
    queryKey: [policy.topic, scope == null ? null : String(scope), path, set] satisfies QueryKeyOf,
    url: apiUrl(path, set),
    /** whether the answer can still change */
    isOpen: parameters.at == null && (policy.openEnd === undefined || parameters[policy.openEnd] == null),
  }
}

/** The address of the question that a key is of; null = it is no endpoint's. */
export function questionOfKey([, , path, parameters]: readonly unknown[]): string | null {
  const isEndpoint = typeof path === 'string' && Object.hasOwn(policies, path) && typeof parameters === 'object'
  return isEndpoint ? requestOf(path as ScreenEndpoint, (parameters ?? {}) as QueryParameters).url : null
}

/**
 * What is shown until an answer is there: the one before, as far as it is of the same resource or the policy keeps it, but never now for the
 * past or the past for now.
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

/** An answer about the past is asked for again only while it may still change. */
const untilSettled = ({ state }: { state: { data?: unknown } }) =>
  (state.data as Answer<unknown> | undefined)?.settled === false ? 60_000 : (false as const)

/** The query of one endpoint of the API; path, parameters and answer are those of the contract. */
export function endpointQuery<Path extends ScreenEndpoint>(path: Path, ...[parameters]: Rest<Path>) {
  const { policy, queryKey, url, isOpen } = requestOf(path, (parameters ?? {}) as QueryParameters)
  return queryOptions({
    queryKey: queryKey as QueryKey,
    queryFn: ({ signal }) => getJson<EndpointAnswer<Path>>(url, signal),
    refetchInterval: isOpen ? (policy.refetchMs ?? (false as const)) : untilSettled,
    ...(policy.staleMs !== undefined && { staleTime: policy.staleMs }),
    ...((policy.keepsPrevious || policy.asOf) && { placeholderData: previousOf(policy, queryKey) }),
  })
}

/** What a page's address says to every question: the customer, and the clock's moment (ISO 8601); null = all, now. */
export interface PageScope {
  customer: string | null
  at: string | null
}

/**
 * Parameters with what the page's address says, where that matters to what is asked for: a question about one resource names no customer,
 * and one that has `at`, also null, keeps it.
 */
export function ofPage<Parameters extends QueryParameters>(
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

/** The customer and the moment of the page's address. */
export const usePageScope = (): PageScope => ({ customer: useCustomer(), at: useAsOf() })

/** Reads one endpoint of the API, for the page's customer and moment; while that is now, again when the stream reports a change. */
export function useEndpoint<Path extends ScreenEndpoint>(path: Path, ...[parameters]: Rest<Path>) {
  const asked = ofPage(path, (parameters ?? {}) as QueryParameters, usePageScope())
  const query = endpointQuery(path, ...([asked] as unknown as Rest<Path>))
  return useAsDrawn(useQuery(query), query.queryKey)
}
