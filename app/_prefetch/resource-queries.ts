import { declarationsQuery } from '#components/data/declarations-queries.ts'
import { incidentsQuery, sessionsQuery, sourcesQuery } from '#components/data/query-options.ts'
import { openIncidentsOf } from '#components/incidents/list-sizes.ts'
import { getDeclarations, getIncidents, getSources, listSessions } from '#lib/queries/index.ts'
import type { Question } from './prefetched.tsx'

/** What stands on the page of a circuit or gateway above its axis of time: if it came later, all that is below would move. */
export const resourceQueries = (scope: string): Question[] => [
  [sessionsQuery({ scope }).queryKey, (db) => listSessions(db, { scope, limit: 1000 })],
  [incidentsQuery(openIncidentsOf(scope)).queryKey, (db) => getIncidents(db, openIncidentsOf(scope))],
  [declarationsQuery().queryKey, (db) => getDeclarations(db, {})],
  [sourcesQuery({ scope }).queryKey, (db) => getSources(db, { scope, limit: 1000 })],
]
