import { buildAzCommand } from '#lib/azure/az-command.ts'
import { type EpochMs, forwardingTablePollKinds } from '#lib/contract/index.ts'
import type { RoutesEndpointResponse, RouteChangesParameters } from '../api/index.ts'
import type { RouteChangeRow } from '#lib/history/index.ts'
import { readRouteChanges } from '../store/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { createRangeResponse, type ReadableDatabase, getSqlExecutor, resolveResourceId } from '#lib/questions/index.ts'
import { toApiKeyFields } from './route-diff.ts'

const DEFAULT_RANGE_MS = 60 * 60_000

/** Lists the changes of routes that were first observed in a range, one entry for each change. */
export async function computeRouteChanges(
  db: ReadableDatabase,
  parameters: RouteChangesParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<RoutesEndpointResponse<'routeChanges'>> {
  const scope = await resolveResourceId(getSqlExecutor(db), parameters.scope)
  const { within, table, limit, sort, order: direction } = parameters
  const order = { by: sort, descending: direction === 'desc' }
  const kinds = table === undefined ? forwardingTablePollKinds : [table]
  const { q, range, page } = createRangeResponse(db, { parameters, lasting: DEFAULT_RANGE_MS, scope, kinds, now })
  const read = await readRouteChanges(q, { ...range, kinds, within, order, limit })
  return page(read, read.rows.map(changed))
}

const changed = (row: RouteChangeRow) => ({
  ...toApiKeyFields(row),
  op:
    row.before.length === 0
      ? ('announce' as const)
      : row.after.length === 0
        ? ('withdraw' as const)
        : ('change' as const),
  between: row,
  azCommand: buildAzCommand(row),
})
