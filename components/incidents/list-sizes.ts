/** Page size of open incidents; more than this is a storm. */
export const OPEN_ROWS = 200
/** Closed incidents of one page. */
export const CLOSED_ROWS = 50

/** Query for the open incidents of a resource. @param subject of one session there: `10.0.4.12~10.0.4.4`; null = all */
export const openIncidentsOf = (scope: string, subject: string | null = null) =>
  ({ state: 'open', scope, limit: 5, ...(subject === null ? {} : { subject }) }) as const

/** Query for the last incidents of a resource that are over. @param subject as above */
export const recentIncidentsOf = (scope: string, subject: string | null = null) =>
  ({ state: 'closed', scope, limit: 2, ...(subject === null ? {} : { subject }) }) as const
