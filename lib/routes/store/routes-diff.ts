import type { EpochMs, RoutePollKind } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  canonicalizeDatabasePrefix,
  formatIntArray,
  parseIntegerList,
  buildValuesById,
  getRouteStateAttributesId,
  fillUnknownStates,
  isRouteStateUnsure,
} from '#lib/history/statements.ts'

import type { RouteDifferenceRow, RouteDifferencesBetweenMoments } from '#lib/history/index.ts'

import { type RouteAtTwoMoments, readRoutesToCompare, createUndecidableRoute } from './routes-to-compare.ts'
import { AttributeSets } from './attribute-sets.ts'

/**
 * Returns the differences of all route tables in scope between two times, ordered by prefix. In two cases, a route that
 * exists at one of the times cannot be compared. Either polls did not cover its table or gateway instance at one of the
 * times, or one of the times is between the two polls around a change of the route.
 */
export async function readRoutesDiff(
  db: SqlExecutor,
  query: { scope?: string | undefined; kinds: readonly RoutePollKind[]; from: EpochMs; to: EpochMs },
): Promise<RouteDifferencesBetweenMoments> {
  const routes = await readRoutesToCompare(db, query)
  await fillUnknownStates(db, routes, query)
  const differing = routes.filter(({ group, before, after }) =>
    group.unseen ? before > 0 || after > 0 : before !== after || isRouteStateUnsure(before),
  )
  return sortOut(db, await inOrder(db, differing))
}

type Differing = RouteAtTwoMoments & { prefix: string }

/** Adds the prefix to each route and orders the routes by prefix. Routes with equal prefixes keep their order. */
async function inOrder(db: SqlExecutor, routes: readonly RouteAtTwoMoments[]): Promise<Differing[]> {
  if (routes.length === 0) return []
  const ids = routes.map(({ id }) => id)
  const { rows } = await db.query<{ ids: string | null; prefixes: string | null }>(
    `SELECT string_agg(id::text, ' ') AS ids, string_agg(text(prefix), ' ') AS prefixes
     FROM (SELECT id, prefix FROM route WHERE source_id = ANY ($1::int[]) AND id = ANY ($2::int[]) ORDER BY prefix) ordered`,
    // the ID of a route is unique among all sources, so one list of IDs is enough
    [[...new Set(routes.map(({ sourceId }) => sourceId))], formatIntArray(ids)],
  )
  const placeOf = buildValuesById(ids, [...routes.keys()])
  const places = parseIntegerList(rows[0]?.ids ?? '').map((id) => placeOf[id] ?? 0)
  const texts = (rows[0]?.prefixes ?? '').split(' ')
  const ordered: Differing[] = []
  for (let begin = 0, end = 0; begin < places.length; begin = end) {
    const text = texts[begin] ?? ''
    while (end < places.length && texts[end] === text) end++
    const prefix = canonicalizeDatabasePrefix(text)
    for (const place of places.slice(begin, end).sort((a, b) => a - b)) {
      const route = routes[place]
      if (route) ordered.push({ ...route, prefix })
    }
  }
  return ordered
}

async function sortOut(db: SqlExecutor, routes: readonly Differing[]): Promise<RouteDifferencesBetweenMoments> {
  const diff: RouteDifferencesBetweenMoments = { announced: [], withdrawn: [], changed: [], undecidable: [] }
  const sets = await AttributeSets.read(db, idsOf(routes))
  for (const { group, sourceId, prefix, before, after } of routes) {
    const reason =
      group.unseen ?? createUndecidableRoute('indeterminate', isRouteStateUnsure(before), isRouteStateUnsure(after))
    if (reason) diff.undecidable.push({ ...group.key, prefix, ...reason })
    else {
      const difference: RouteDifferenceRow = {
        ...group.key,
        prefix,
        before: sets.of(sourceId, getRouteStateAttributesId(before)),
        after: sets.of(sourceId, getRouteStateAttributesId(after)),
      }
      if (before === 0) diff.announced.push(difference)
      else if (after === 0) diff.withdrawn.push(difference)
      else diff.changed.push(difference)
    }
  }
  return diff
}

function* idsOf(routes: Iterable<RouteAtTwoMoments>) {
  for (const { sourceId, before, after } of routes) {
    yield { sourceId, attributesId: getRouteStateAttributesId(before) }
    yield { sourceId, attributesId: getRouteStateAttributesId(after) }
  }
}
