import { createOpenIncidentsQuery, createRecentIncidentsQuery } from '#components/incidents/incident-queries.ts'
import { createEndpointPrefetchQuery, type PagePrefetchQuery } from './prefetch.ts'

/** Returns the query for the sessions of a circuit or a gateway. */
export const createSessionsQuery = (scope: string): PagePrefetchQuery =>
  createEndpointPrefetchQuery('sessions', { scope })

/** Returns the query for all maintenance windows, from which a page selects those of its resource. */
export const createMaintenanceQuery = (): PagePrefetchQuery => createEndpointPrefetchQuery('maintenance')

/**
 * Returns the queries for the content above the timeline on the page of a circuit or gateway. Loading this content
 * later would shift the layout below it.
 */
export const createResourceQueries = (scope: string): PagePrefetchQuery[] => [
  createSessionsQuery(scope),
  createEndpointPrefetchQuery('incidents', createOpenIncidentsQuery(scope)),
  createEndpointPrefetchQuery('incidents', createRecentIncidentsQuery(scope)),
  createEndpointPrefetchQuery('declarations'),
  createEndpointPrefetchQuery('customers'),
  createEndpointPrefetchQuery('sources', { scope }),
]
