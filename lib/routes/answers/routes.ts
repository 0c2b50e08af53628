import { buildAzCommand } from '#lib/azure/az-command.ts'
import { type EpochMs, parsePeeringType, type PollKind, type ApiRouteTableEntry } from '#lib/contract/index.ts'
import { forwardingTablePollKinds } from '#lib/contract/poll.ts'
import type { RoutesEndpointResponse, RoutesParameters } from '../api/index.ts'
import { type RouteAtMoment, readRoutesAtMoment } from '#lib/history/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  readPollCoverageAtMoment,
  type ReadableDatabase,
  getSqlExecutor,
  InvalidRequestError,
  buildFreshnessFields,
  pickPollsOfKinds,
  readSources,
  assertPastWithinHistory,
  resolveResourceId,
} from '#lib/questions/index.ts'

export type RouteTableKind = ApiRouteTableEntry['table'] & PollKind

/** Returns routes: the current ones from the latest successful polls, or the ones at a given time. */
export async function listRoutes(
  db: ReadableDatabase,
  parameters: Omit<RoutesParameters, 'sort' | 'order'> & Partial<Pick<RoutesParameters, 'sort' | 'order'>>,
  now: EpochMs = getDatabaseNow(),
): Promise<RoutesEndpointResponse<'routes'>> {
  const q = getSqlExecutor(db)
  const { at = null, table, scope: asked, neighbor, sort = 'prefix', order = 'asc', ...filter } = parameters
  if (neighbor !== undefined && table !== 'advertised') {
    throw new InvalidRequestError('neighbor: only advertised routes go to one; send table=advertised with it')
  }
  assertPastWithinHistory('at', parameters.at, now)
  const scope = await resolveResourceId(q, asked)
  const kinds = table === undefined ? forwardingTablePollKinds : [table]
  const { rows, nextCursor } = await readRoutesAtMoment(q, {
    ...filter,
    scope,
    at,
    kinds,
    subresource: neighbor,
    order: { by: sort, descending: order === 'desc' },
  })
  const sources = await readSources(q, scope)
  return {
    data: rows.flatMap(knownRoute),
    ...buildFreshnessFields(pickPollsOfKinds(sources, kinds), now, at ?? now),
    ...(at === null ? {} : await readPollCoverageAtMoment(q, { scope, kinds, at, now })),
    nextCursor,
  }
}

/**
 * Converts a route to the form of the API. If its table was not observed at the time, the route is left out, and
 * `uncovered` contains the gap.
 */
function knownRoute({ kind, known, peering, ...row }: RouteAtMoment) {
  if (known === 'unknown') return []
  return [
    {
      ...row,
      table: kind,
      peer: kind === 'effective' ? null : row.peer,
      source: kind === 'effective' ? row.peer : null,
      state: row.state ?? null,
      neighbor: kind === 'advertised' && row.subresource !== '' ? row.subresource : null,
      peering: parsePeeringType(peering),
      known,
      azCommand: buildAzCommand({ ...row, kind }),
    },
  ]
}
