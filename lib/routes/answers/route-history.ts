import { type EpochMs, forwardingTablePollKinds } from '#lib/contract/index.ts'
import type { RoutesEndpointResponse, RouteHistoryParameters } from '../api/index.ts'
import { readRouteIntervals } from '../store/index.ts'
import { readUncoveredTimes } from '#lib/history/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { createRangeResponse, type ReadableDatabase, getSqlExecutor, resolveResourceId } from '#lib/questions/index.ts'
import { toApiRouteInterval } from './route-interval.ts'

const DEFAULT_RANGE_MS = 7 * 24 * 60 * 60_000

/** Returns the intervals of the routes to one prefix, newest first, with the changes at both ends of each interval. */
export async function getRouteHistory(
  db: ReadableDatabase,
  parameters: RouteHistoryParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<RoutesEndpointResponse<'routeHistory'>> {
  const scope = await resolveResourceId(getSqlExecutor(db), parameters.scope)
  const { prefix, limit, table } = parameters
  const kinds = table === undefined ? forwardingTablePollKinds : [table]
  const { q, range, page } = createRangeResponse(db, { parameters, lasting: DEFAULT_RANGE_MS, scope, kinds, now })
  const { from, to } = range
  const read = await readRouteIntervals(q, { ...range, kinds, prefixes: [prefix], limit })
  const unseen = await readUncoveredTimes(q, { scope, kinds, from, to: Math.max(from, Math.min(to, now)) })
  const byTable = Map.groupBy(unseen, ({ sourceId, kind }) => `${sourceId}/${kind}`)
  return page(
    read,
    read.rows.map((row) => toApiRouteInterval(row, byTable.get(`${row.sourceId}/${row.kind}`) ?? [])),
  )
}
