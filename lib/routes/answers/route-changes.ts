import { azCommand, type EpochMs } from '#lib/contract/index.ts'
import type { ResponseOf, RouteChangesParameters, RouteChangeView } from '../api/index.ts'
import type { RouteChangeRow } from '#lib/history/index.ts'
import { routeChanges } from '../store/index.ts'
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
  isoBounds,
} from '#lib/questions/index.ts'

import { routeKeyView } from './route-diff.ts'
import { usualTables } from './routes.ts'

const DEFAULT_RANGE_MS = 60 * 60_000

/** Changes of routes first seen in a range, one by one. */
export async function answerRouteChanges(
  db: Db,
  parameters: RouteChangesParameters,
  now: EpochMs = databaseNow(),
): Promise<ResponseOf<'routeChanges'>> {
  const q = queryable(db)
  const scope = await resolveScope(q, parameters.scope)
  const { from, to, cursor, wrap } = keptRange(parameters, now, DEFAULT_RANGE_MS)
  const { within, table, limit, sort, order: direction } = parameters
  const order = { by: sort, descending: direction === 'desc' }
  const kinds = table === undefined ? usualTables : [table]
  const page = await routeChanges(q, { scope, kinds, within, from, to, order, limit, cursor })
  const sources = await readSources(q, scope)
  return {
    data: page.rows.map(changeView),
    asOf: iso(now),
    freshness: freshnessOf(pollsOf(sources, kinds), now),
    ...(await coveredBetween(q, { scope, kinds, from, to, now })),
    nextCursor: wrap(page.nextCursor),
  }
}

const changeView = (row: RouteChangeRow): RouteChangeView => ({
  ...routeKeyView(row),
  op: row.before.length === 0 ? 'announce' : row.after.length === 0 ? 'withdraw' : 'change',
  between: isoBounds(row),
  before: row.before,
  after: row.after,
  azCommand: azCommand(row),
})
