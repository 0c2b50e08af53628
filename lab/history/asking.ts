import { allApiEndpoints } from '#lib/api/index.ts'
import { shareQueriesInResponse, createSharedReader } from '#lib/platform/response-cache.ts'
import type { ReadableDatabase } from '#lib/questions/index.ts'
import {
  diffRoutes,
  getRouteChurn,
  getRouteHistory,
  listRoutes,
  lookUpRoutesToAddress,
} from '#lib/routes/answers/index.ts'

/** Returns a random address of the bench's estate. */
export const randomAddress = (below: (n: number) => number, prefixes: number) => {
  const i = below(prefixes)
  return `10.${(i >> 8) & 255}.${i & 255}.${1 + below(250)}`
}

type Query = Record<string, string>

/**
 * Returns functions that run the API's queries without HTTP, from the parameters to the complete JSON. As in the API,
 * equal queries of one response run only once.
 */
export const createApiQueries = (given: ReadableDatabase) => {
  const db = 'pool' in given ? createSharedReader(given.pool) : given
  const { routeLookup, routes, routesDiff, routeChurn, routeHistory } = allApiEndpoints
  const written = async (ask: () => Promise<unknown>) => JSON.stringify(await shareQueriesInResponse(ask)).length
  return {
    lookup: (query: Query) => written(() => lookUpRoutesToAddress(db, routeLookup.parameters.parse(query))),
    table: (query: Query) => written(() => listRoutes(db, routes.parameters.parse(query))),
    history: (query: Query) => written(() => getRouteHistory(db, routeHistory.parameters.parse(query))),
    diff: (query: Query) => written(() => diffRoutes(db, routesDiff.parameters.parse(query))),
    churn: (query: Query) => written(() => getRouteChurn(db, routeChurn.parameters.parse(query))),
  }
}
