import { createOpenIncidentsQuery, createRecentIncidentsQuery } from '#components/incidents/incident-queries.ts'
import { prefetch, type PageQuery } from './prefetch.ts'

/** Returns the query for the sessions of a circuit or a gateway. */
export const createSessionsQuery = (scope: string): PageQuery => prefetch('sessions', { scope })

/** Returns the query for all maintenance windows, from which a page selects those of its resource. */
export const createMaintenanceQuery = (): PageQuery => prefetch('maintenance')

/**
 * Returns the queries for the content above the timeline on the page of a circuit or gateway. Loading this content
 * later would shift the layout below it.
 */
export const createResourceQueries = (scope: string): PageQuery[] => [
  createSessionsQuery(scope),
  prefetch('incidents', createOpenIncidentsQuery(scope)),
  prefetch('incidents', createRecentIncidentsQuery(scope)),
  prefetch('declarations'),
  prefetch('customers'),
  prefetch('sources', { scope }),
]
