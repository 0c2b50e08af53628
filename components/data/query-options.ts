import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type {
  Circuit,
  CoverageInterval,
  Event,
  Gateway,
  Incident,
  IncidentDetail,
  Network,
  Overview,
  ProcessStatusView,
  Route,
  Session,
  Handover,
  ListingFailed,
  Source,
} from '#lib/contract/index.ts'
import { type Answer, apiUrl, getJson, type Page, type Parameters } from './client.ts'
import type { QueryKey } from './query-keys.ts'

/**
 * The stream says what changed; this only renews freshness and rates, which move without a change being worth
 * an event.
 */
const RENEW_EVERY_MS = 10_000

/** Rows of one page of a long list. */
export const PAGE_ROWS = 100

/** Only what is asked, so that the same question has one key wherever it is put together. */
const given = (filter: object): Parameters =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null && value !== undefined))

const read = <Body>(key: QueryKey, path: string, parameters?: Parameters) =>
  queryOptions({
    queryKey: key,
    queryFn: ({ signal }) => getJson<Body>(apiUrl(path, parameters), signal),
    refetchInterval: RENEW_EVERY_MS,
  })

export const overviewQuery = () => read<Answer<Overview>>(['overview', null], 'overview')
export const circuitsQuery = () => read<Page<Circuit>>(['circuits', null, 'list'], 'circuits', { limit: 1000 })
export const circuitQuery = (id: string) =>
  read<Answer<Circuit>>(['circuits', id], `circuits/${encodeURIComponent(id)}`)
export const gatewaysQuery = () => read<Page<Gateway>>(['gateways', null, 'list'], 'gateways', { limit: 1000 })
export const gatewayQuery = (id: string) =>
  read<Answer<Gateway>>(['gateways', id], `gateways/${encodeURIComponent(id)}`)

/** Reported by the inventory, whose changes make everything old that shows gateways. */
export const networksQuery = () => read<Page<Network>>(['gateways', null, 'networks'], 'networks', { limit: 1000 })

export interface SessionFilter {
  scope?: string | null
  /** ISO 8601; null = now */
  at?: string | null
}
export const sessionsQuery = ({ scope = null, at = null }: SessionFilter = {}) => ({
  ...read<Page<Session>>(['sessions', scope, given({ at })], 'sessions', { scope, at, limit: 1000 }),
  placeholderData: keepPreviousData,
})

export interface RouteFilter {
  scope?: string | null
  at?: string | null
  prefix?: string | null
  origin?: string | null
  asn?: string | null
  table?: string | null
  cursor?: string | null
  limit?: number
}
export const routesQuery = ({ scope = null, ...filter }: RouteFilter) => ({
  ...read<Page<Route>>(['routes', scope, given(filter)], 'routes', { scope, ...filter }),
  placeholderData: keepPreviousData,
})

export interface EventFilter {
  scope?: string | null
  /** several with commas between, as are severity and owner */
  kind?: string | null
  severity?: string | null
  owner?: string | null
  /** `none`, or the id of the event that they were folded into */
  partOf?: string | null
  incident?: string | null
  text?: string | null
  from?: string | null
  to?: string | null
  cursor?: string | null
  limit?: number
}
export const eventsQuery = ({ scope = null, ...filter }: EventFilter = {}) => ({
  ...read<Page<Event>>(['events', scope, given(filter)], 'events', { scope, ...filter }),
  placeholderData: keepPreviousData,
})

export const sourcesQuery = ({ scope = null }: { scope?: string | null } = {}) =>
  read<Page<Source> & { listingFailed: ListingFailed | null }>(['sources', scope, 'list'], 'sources', {
    scope,
    limit: 1000,
  })

export interface IncidentFilter {
  state?: 'open' | 'closed'
  scope?: string | null
  cursor?: string | null
  limit?: number
}
/** An event of an incident may be reported by any source of its group, so a change of any of them affects it. */
export const incidentsQuery = (filter: IncidentFilter = {}) => ({
  ...read<Page<Incident>>(['events', null, 'incidents', given(filter)], 'incidents', { ...filter }),
  placeholderData: keepPreviousData,
})
export const incidentQuery = (id: string) =>
  read<Answer<IncidentDetail>>(['events', null, 'incident', id], `incidents/${encodeURIComponent(id)}`)

/** @param since ISO 8601; null = the last 12 hours */
export const handoverQuery = (since: string | null) => ({
  ...read<Answer<Handover>>(['events', null, 'handover', given({ since })], 'handover', { since }),
  placeholderData: keepPreviousData,
})

export interface CoverageFilter {
  scope: string
  kind: string
  from: string
  to?: string | null
}
export const coverageQuery = ({ scope, ...filter }: CoverageFilter) => ({
  ...read<Page<CoverageInterval>>(['sources', scope, 'coverage', given(filter)], 'sources/coverage', {
    scope,
    ...filter,
    limit: 1000,
  }),
  placeholderData: keepPreviousData,
})

export const processesQuery = () => read<Answer<ProcessStatusView[]>>(['sources', null, 'processes'], 'processes')

/** Reads every page of a list, for an export. */
export async function readAllPages<Row>(path: string, parameters: Parameters, signal?: AbortSignal): Promise<Row[]> {
  const rows: Row[] = []
  let cursor: string | null = null
  do {
    const page: Page<Row> = await getJson<Page<Row>>(apiUrl(path, { ...parameters, cursor, limit: 1000 }), signal)
    rows.push(...page.data)
    cursor = page.nextCursor
  } while (cursor)
  return rows
}
