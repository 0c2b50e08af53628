import type { EpochMs } from '#lib/contract/index.ts'
import type { ResponseOf, RouteHistoryParameters } from '../api/index.ts'
import { routeIntervals } from '../store/index.ts'
import { uncoveredTimes } from '#lib/history/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import {
  coveredBetween,
  type Db,
  queryable,
  freshnessOf,
  pollsOf,
  readSources,
  keptRange,
  resolveScope,
  iso,
} from '#lib/questions/index.ts'

import { intervalView } from './route-interval.ts'
import { usualTables } from './routes.ts'

const DEFAULT_RANGE_MS = 7 * 24 * 60 * 60_000

/** How the routes to one prefix stood, newest first, with what changed at either end of each interval. */
export async function getRouteHistory(
  db: Db,
  parameters: RouteHistoryParameters,
  now: EpochMs = databaseNow(),
): Promise<ResponseOf<'routeHistory'>> {
  const q = queryable(db)
  const scope = await resolveScope(q, parameters.scope)
  const { from, to, cursor, wrap } = keptRange(parameters, now, DEFAULT_RANGE_MS)
  const { prefix, limit, table } = parameters
  const kinds = table === undefined ? usualTables : [table]
  const page = await routeIntervals(q, { scope, kinds, prefixes: [prefix], from, to, limit, cursor })
  const sources = await readSources(q, scope)
  const unseen = await uncoveredTimes(q, { scope, kinds, from, to: Math.max(from, Math.min(to, now)) })
  const byTable = Map.groupBy(unseen, ({ sourceId, kind }) => `${sourceId}/${kind}`)
  return {
    data: page.rows.map((row) => intervalView(row, byTable.get(`${row.sourceId}/${row.kind}`) ?? [])),
    asOf: iso(now),
    freshness: freshnessOf(pollsOf(sources, kinds), now),
    ...(await coveredBetween(q, { scope, kinds, from, to, now })),
    nextCursor: wrap(page.nextCursor),
  }
}
