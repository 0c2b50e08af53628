/** Incidents that are read at once; more open ones than this are a storm. */
export const OPEN_ROWS = 200
/** Closed incidents of one page. */
export const CLOSED_ROWS = 25

/** The open incidents that the page of a thing begins with. */
export const openIncidentsOf = (scope: string) => ({ state: 'open', scope, limit: 5 }) as const
