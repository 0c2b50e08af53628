import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso } from '../../times.ts'
import { arrayOf, numbersIn, valuesById } from '../numbers.ts'
import { routeThen } from './route-as-of.ts'

/**
 * What was so of a route at a moment, in a number, since thousands are read at once: 0 = nothing, else twice the id of its attributes, and one more
 * where the moment lies between the samples around a change.
 */
type RouteState = number

/** An interval that has ended says what was so: it is not read yet. No attributes have the id 0. */
export const UNKNOWN: RouteState = 1

export const isUnsure = (state: RouteState): boolean => state % 2 === 1
export const attributesIdOf = (state: RouteState): number | null => (state === 0 ? null : Math.floor(state / 2))

/** A route at two moments; what is {@link UNKNOWN} of it is filled in. */
export interface RouteStates {
  sourceId: number
  id: number
  before: RouteState
  after: RouteState
}

/**
 * SQL for what the row of a route `x` alone says of a moment: it stands since then, or no interval of it ended after that.
 * @param moment a parameter, such as `$1`
 */
export const stateOfRow = (moment: string): string => `
  CASE WHEN x.first_present <= ${moment} THEN 2 * x.attributes_id::int8
       WHEN x.closed_until > ${moment} THEN ${UNKNOWN}
       WHEN x.last_absent < ${moment} THEN coalesce(2 * x.attributes_id::int8 + 1, 0)
       ELSE 0 END`

/** How many intervals are read for each route. Where changes come at random, so many hold what was so of seven in eight. */
const READ_PER_ROUTE = 2

/**
 * Finds out what rows of `route` do not say. Intervals are written when they end, so that those which end soon after a moment lie side by side, and
 * in a table that changes all the time they say what was so of nearly all routes: reading two for each route takes a tenth of looking up one for each.
 * Of what they leave open, each route is looked up.
 *
 * What a route had before its `closed_until` does not change any more, so that statements of their own find what the routes were read with.
 */
export async function completeStates(
  db: Queryable,
  routes: readonly RouteStates[],
  { from, to, readPerRoute = READ_PER_ROUTE }: { from: EpochMs; to: EpochMs; readPerRoute?: number },
): Promise<void> {
  for (const find of [findEndedNext, lookUp]) {
    await find(db, unknownAt(routes, 'after'), 'after', { at: to, from, readPerRoute })
    await find(db, unknownAt(routes, 'before'), 'before', { at: from, from, readPerRoute })
  }
}

interface Moment {
  at: EpochMs
  from: EpochMs
  readPerRoute: number
}

const unknownAt = (routes: readonly RouteStates[], end: 'before' | 'after') =>
  routes.filter((route) => route[end] === UNKNOWN)

/** @param stood whether the same interval holds the earlier moment, too */
function settle(route: RouteStates, end: 'before' | 'after', state: RouteState, stood: boolean): void {
  route[end] = state
  // it was so for certain at the later one, and all the time until then
  if (stood && route.before === UNKNOWN && !isUnsure(state)) route.before = state
}

/**
 * States by the intervals that end first after a moment, source by source: the first of a route to do so either holds the moment or begins after
 * it. 1 = it began between the samples around it, perhaps; of other numbers the last bit says whether it stood at `$2`, too.
 */
const ENDED_NEXT = `
  SELECT s.source_id, string_agg(i.route_id::text, ' ') AS ids, string_agg(i.state::text, ' ') AS states
  FROM unnest($3::int[], $4::int[]) AS s (source_id, most)
  CROSS JOIN LATERAL (
    SELECT route_id, max(CASE WHEN first_present <= $1
        THEN 4 * attributes_id::int8 + 2 * (last_present < $1)::int + (first_present <= $2)::int
        WHEN last_absent < $1 THEN 1 ELSE 0 END) AS state
    FROM (
      SELECT * FROM route_interval i
      WHERE i.source_id = s.source_id AND i.source_id = ANY ($3::int[]) AND i.first_absent > $1
      ORDER BY i.first_absent LIMIT s.most) ended
    GROUP BY route_id) i
  GROUP BY s.source_id`

async function findEndedNext(
  db: Queryable,
  routes: readonly RouteStates[],
  end: 'before' | 'after',
  { at, from, readPerRoute }: Moment,
): Promise<void> {
  const sources = Map.groupBy(routes, ({ sourceId }) => sourceId)
  if (sources.size === 0) return
  const most = [...sources.values()].map(({ length }) => readPerRoute * length)
  const { rows } = await db.query<{ source_id: number; ids: string; states: string }>(ENDED_NEXT, [
    iso(at),
    iso(from),
    [...sources.keys()],
    most,
  ])
  for (const { source_id, ids, states } of rows) {
    const found = valuesById(numbersIn(ids), numbersIn(states))
    for (const route of sources.get(source_id) ?? []) {
      const state = found[route.id] ?? UNKNOWN
      if (state !== UNKNOWN) settle(route, end, Math.floor(state / 2), state % 2 === 1)
    }
  }
}

async function lookUp(
  db: Queryable,
  routes: readonly RouteStates[],
  end: 'before' | 'after',
  { at, from }: Moment,
): Promise<void> {
  if (routes.length === 0) return
  const { rows } = await db.query<{ n: number; id: number | null; sure: boolean | null; stood: boolean | null }>(
    `SELECT r.n::int AS n, q.attributes_id AS id, q.sure, q.first_present <= $2 AS stood
     FROM (
       SELECT x.*, w.n FROM unnest($3::int[], $4::int[]) WITH ORDINALITY AS w (source_id, id, n)
       JOIN route x ON x.source_id = w.source_id AND x.id = w.id AND x.source_id = ANY ($3::int[]) OFFSET 0) r
     ${routeThen('$1', 'q')}`,
    [iso(at), iso(from), arrayOf(routes.map(({ sourceId }) => sourceId)), arrayOf(routes.map(({ id }) => id))],
  )
  for (const { n, id, sure, stood } of rows) {
    const route = routes[n - 1]
    if (route) settle(route, end, id === null ? 0 : 2 * id + (sure ? 0 : 1), stood === true)
  }
  // forgotten meanwhile, with all that it had
  for (const route of routes) if (route[end] === UNKNOWN) route[end] = 0
}
