import { endpointQuery } from '#components/data/endpoint.ts'
import { openIncidentsOf } from '#components/incidents/list-sizes.ts'
import { getDeclarations } from '#lib/declarations/answers/index.ts'
import { getIncidents } from '#lib/incidents/answers/index.ts'
import { getMaintenance } from '#lib/maintenance/answers/index.ts'
import { getSources } from '#lib/setup/answers/index.ts'
import { listSessions } from '#lib/sessions/answers/index.ts'
import type { PageQuery } from './prefetched.tsx'

/** The sessions of a circuit or a gateway. */
export const sessionsQuery = (scope: string): PageQuery => [
  endpointQuery('sessions', { scope }).queryKey,
  (db) => listSessions(db, { scope, limit: 1000 }),
]

/** The windows of maintenance, of which a page shows those of its resource. */
export const maintenanceQuery = (): PageQuery => [endpointQuery('maintenance').queryKey, (db) => getMaintenance(db, {})]

/** What the page of a circuit or gateway shows above its timeline: loading it later would shift the layout below. */
export const resourceQueries = (scope: string): PageQuery[] => [
  sessionsQuery(scope),
  [endpointQuery('incidents', openIncidentsOf(scope)).queryKey, (db) => getIncidents(db, openIncidentsOf(scope))],
  [endpointQuery('declarations').queryKey, (db) => getDeclarations(db, {})],
  [endpointQuery('sources', { scope }).queryKey, (db) => getSources(db, { scope, limit: 1000 })],
]
