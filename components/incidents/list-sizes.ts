/** Page size of open incidents; more than this is a storm. */
export const OPEN_ROWS = 200
/** Closed incidents of one page. */
export const CLOSED_ROWS = 25

/** Query for the open incidents of a resource. */
export const openIncidentsOf = (scope: string) => ({ state: 'open', scope, limit: 5 }) as const
