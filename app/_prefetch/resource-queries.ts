import { openIncidentsOf, recentIncidentsOf } from '#components/incidents/list-sizes.ts'
import { prefetch, type PageQuery } from './prefetch.ts'

/** The sessions of a circuit or a gateway. */
export const sessionsQuery = (scope: string): PageQuery => prefetch('sessions', { scope })

/** The windows of maintenance, of which a page shows those of its resource. */
export const maintenanceQuery = (): PageQuery => prefetch('maintenance')

/** What the page of a circuit or gateway shows above its timeline: loading it later would shift the layout below. */
export const resourceQueries = (scope: string): PageQuery[] => [
  sessionsQuery(scope),
  prefetch('incidents', openIncidentsOf(scope)),
  prefetch('incidents', recentIncidentsOf(scope)),
  prefetch('declarations'),
  prefetch('sources', { scope }),
]
