import { declarationsQuery } from '#components/data/declarations-queries.ts'
import { incidentsQuery, sessionsQuery, sourcesQuery } from '#components/data/query-options.ts'
import { openIncidentsOf } from '#components/incidents/list-sizes.ts'
import { getDeclarations, getIncidents, getSources, listSessions } from '#lib/queries/index.ts'
import type { Question } from './prefetched.tsx'

/** What the page of a circuit or gateway shows above its timeline: loading it later would shift the layout below. */
export const resourceQueries = (scope: string): Question[] => [
  [sessionsQuery({ scope }).queryKey, (db) => listSessions(db, { scope, limit: 1000 })],
  [incidentsQuery(openIncidentsOf(scope)).queryKey, (db) => getIncidents(db, openIncidentsOf(scope))],
  [declarationsQuery().queryKey, (db) => getDeclarations(db, {})],
  [sourcesQuery({ scope }).queryKey, (db) => getSources(db, { scope, limit: 1000 })],
]
