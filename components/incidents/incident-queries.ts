/**
 * Maximum number of open incidents that a query returns; more are open at the same time only in a very large failure.
 */
export const MAX_OPEN_INCIDENTS = 200
/** Number of closed incidents on one page of the list. */
export const CLOSED_INCIDENTS_PAGE_ROWS = 50

/**
 * Returns the query for the open incidents of a resource.
 * @param subject session of the resource: `10.0.4.12~10.0.4.4`; null = all incidents
 */
export const createOpenIncidentsQuery = (scope: string, subject: string | null = null) =>
  ({ state: 'open', scope, limit: 5, ...(subject === null ? {} : { subject }) }) as const

/**
 * Returns the query for the last closed incidents of a resource.
 * @param subject session of the resource: `10.0.4.12~10.0.4.4`; null = all incidents
 */
export const createRecentIncidentsQuery = (scope: string, subject: string | null = null) =>
  ({ state: 'closed', scope, limit: 2, ...(subject === null ? {} : { subject }) }) as const
