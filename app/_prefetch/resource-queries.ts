import { endpointQuery } from '#components/data/endpoint.ts'
import { openIncidentsOf } from '#components/incidents/list-sizes.ts'
import { getDeclarations, getIncidents, getSources, listSessions } from '#lib/queries/index.ts'
import type { PageQuery } from './prefetched.tsx'

/** What the page of a circuit or gateway shows above its timeline: loading it later would shift the layout below. */
export const resourceQueries = (scope: string): PageQuery[] => [
  [endpointQuery('sessions', { scope }).queryKey, (db) => listSessions(db, { scope, limit: 1000 })],
  [endpointQuery('incidents', openIncidentsOf(scope)).queryKey, (db) => getIncidents(db, openIncidentsOf(scope))],
  [endpointQuery('declarations').queryKey, (db) => getDeclarations(db, {})],
  [endpointQuery('sources', { scope }).queryKey, (db) => getSources(db, { scope, limit: 1000 })],
]
