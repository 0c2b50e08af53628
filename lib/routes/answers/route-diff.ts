import { buildAzCommand } from '#lib/azure/az-command.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { type EpochMs, forwardingTablePollKinds, parsePeeringType } from '#lib/contract/index.ts'
import type { RoutesEndpointResponse, RoutesDiffParameters } from '../api/index.ts'
import type { RouteKeyRow } from '#lib/history/index.ts'
import { readRouteChurn, readRoutesDiff } from '../store/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type PollCoverageOfRange,
  removeDuplicateGaps,
  readPollCoverageAtMoment,
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  pickPollsOfKinds,
  readSources,
  resolveRangeWithinHistory,
  resolveResourceId,
} from '#lib/questions/index.ts'

import type { RouteTableKind } from './routes.ts'

const DEFAULT_RANGE_MS = 24 * 60 * 60_000
/** Maximum range in milliseconds for which the changes between the two times are counted. */
const COUNTED_RANGE_MS = 7 * 24 * 60 * 60_000

/** Returns the differences between the route tables at two times. */
export async function computeRouteDiff(
  db: ReadableDatabase,
  parameters: RoutesDiffParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<RoutesEndpointResponse<'routesDiff'>> {
  const q = getSqlExecutor(db)
  const scope = await resolveResourceId(q, parameters.scope)
  const { from, to } = resolveRangeWithinHistory(parameters, now, DEFAULT_RANGE_MS)
  const kinds = parameters.table === undefined ? forwardingTablePollKinds : [parameters.table]
  const [diff, sources, changesBetween, ...ends] = await Promise.all([
    readRoutesDiff(q, { scope, kinds, from, to }),
    readSources(q, scope),
    countChanges(q, { scope, kinds, from, to }),
    readPollCoverageAtMoment(q, { scope, kinds, at: from, now }),
    readPollCoverageAtMoment(q, { scope, kinds, at: to, now }),
  ])
  const polled = sources.filter(({ poll }) => kinds.some((kind) => kind === poll.kind))
  return {
    data: {
      from,
      to,
      announced: diff.announced.map(toApiKeyFields),
      withdrawn: diff.withdrawn.map(toApiKeyFields),
      changed: diff.changed.map(toApiKeyFields),
      undecidable: diff.undecidable.map(toApiKeyFields),
      changesBetween,
      tables: polled.map(({ poll, scope: id, scopeName, resourceId, subresource, peering, path }) => ({
        scope: id,
        scopeName,
        resourceId,
        table: poll.kind as RouteTableKind,
        subresource,
        peering: parsePeeringType(peering),
        path,
        azCommand: buildAzCommand({ resourceId, kind: poll.kind, subresource }),
      })),
    },
    ...buildFreshnessFields(pickPollsOfKinds(sources, kinds), now),
    ...bothEnds(ends),
  }
}

/** Returns a row with the field names of the API. `table` replaces `kind`, and the peering has its normalized name. */
export const toApiKeyFields = <Row extends RouteKeyRow>(row: Row) => ({
  ...row,
  table: row.kind,
  peering: parsePeeringType(row.peering),
})

async function countChanges(
  q: SqlExecutor,
  range: { scope: string | undefined; kinds: readonly RouteTableKind[]; from: EpochMs; to: EpochMs },
): Promise<RoutesEndpointResponse<'routesDiff'>['data']['changesBetween']> {
  const length = range.to - range.from
  if (length > COUNTED_RANGE_MS) return null
  if (length === 0) return { announced: 0, withdrawn: 0, changed: 0 }
  const { steps } = await readRouteChurn(q, { ...range, stepMs: length, top: 0, windows: [] })
  const [{ announced, withdrawn, changed } = { announced: 0, withdrawn: 0, changed: 0 }] = steps
  return { announced, withdrawn, changed }
}

/**
 * Combines the coverage of the two times that are compared. The result counts as covered only if both times are
 * covered. A gap that contains both times is listed once.
 */
function bothEnds(ends: readonly PollCoverageOfRange[]): PollCoverageOfRange {
  return {
    covered: ends.every(({ covered }) => covered),
    uncovered: removeDuplicateGaps(ends.flatMap(({ uncovered }) => uncovered)),
    settled: ends.every(({ settled }) => settled !== false),
  }
}
