import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '../../times.ts'
import { formatIntArray, parseIntegerList, buildValuesById } from '../integer-arrays.ts'
import { selectRouteAtMoment } from './route-as-of.ts'

/**
 * State of a route at a moment, encoded as a number because thousands are read together. 0 = absent. Otherwise it is
 * twice the ID of its attributes, plus 1 if the moment is between the polls around a change, so that the attributes are
 * uncertain. For example, 14 = attributes 7, 15 = perhaps attributes 7.
 */
type RouteState = number

/**
 * Placeholder for a state that is in a past interval and was not read yet. No real state has this value, because no
 * attributes have the ID 0.
 */
export const UNKNOWN_ROUTE_STATE: RouteState = 1

export const isRouteStateUnsure = (state: RouteState): boolean => state % 2 === 1
export const getRouteStateAttributesId = (state: RouteState): number | null =>
  state === 0 ? null : Math.floor(state / 2)

/** A route at two moments; {@link UNKNOWN_ROUTE_STATE} states are filled in later. */
export interface RouteStatesAtTwoMoments {
  sourceId: number
  id: number
  before: RouteState
  after: RouteState
}

/**
 * Returns SQL of a {@link RouteState} that uses only the row `x` of a route. It returns {@link UNKNOWN_ROUTE_STATE} if
 * a past interval must be read, because the current interval began after the moment, and a past interval ended after
 * the moment.
 * @param moment a parameter, such as `$1`
 */
export const selectRowState = (moment: string): string => `
  CASE WHEN x.first_present <= ${moment} THEN 2 * x.attributes_id::int8
       WHEN x.closed_until > ${moment} THEN ${UNKNOWN_ROUTE_STATE}
       WHEN x.last_absent < ${moment} THEN coalesce(2 * x.attributes_id::int8 + 1, 0)
       ELSE 0 END`

/**
 * Maximum number of past intervals that the first search reads per route. If changes are random, these contain the
 * states of seven of eight routes.
 */
const READ_PER_ROUTE = 2

/**
 * Fills in the states that the rows of `route` do not determine. The first search reads two past intervals per route,
 * in the order of their ends. Intervals are written when they end, so intervals that end soon after a moment are stored
 * next to each other. Even in a table that changes constantly this search finds nearly all states, in a tenth of the
 * time that one lookup per route would take. Routes that are still unknown are then looked up individually. The state
 * of a route before its `closed_until` no longer changes, so the result fits rows that an earlier statement read.
 */
export async function fillUnknownStates(
  db: SqlExecutor,
  routes: readonly RouteStatesAtTwoMoments[],
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

const unknownAt = (routes: readonly RouteStatesAtTwoMoments[], end: 'before' | 'after') =>
  routes.filter((route) => route[end] === UNKNOWN_ROUTE_STATE)

/**
 * Stores the state of a route at one of two moments. If the interval of this state also contains the earlier moment,
 * the state is stored for that moment, too.
 */
function settle(route: RouteStatesAtTwoMoments, end: 'before' | 'after', state: RouteState, stood: boolean): void {
  route[end] = state
  // the same interval contains the earlier moment, so the route had the same state then
  if (stood && route.before === UNKNOWN_ROUTE_STATE && !isRouteStateUnsure(state)) route.before = state
}

/**
 * SQL of states at the moment `$1`, by source, from the past intervals that end first after the moment. The first such
 * interval of a route either contains the moment or begins after it.
 * `state` is 0 if the route was absent at the moment. It is 1 if the moment may be between the polls around the start
 * of the interval, so that the state stays unknown. Any other number is twice the {@link RouteState}, plus 1 if the
 * interval had begun by `$2`.
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
  db: SqlExecutor,
  routes: readonly RouteStatesAtTwoMoments[],
  end: 'before' | 'after',
  { at, from, readPerRoute }: Moment,
): Promise<void> {
  const sources = Map.groupBy(routes, ({ sourceId }) => sourceId)
  if (sources.size === 0) return
  const most = [...sources.values()].map(({ length }) => readPerRoute * length)
  const { rows } = await db.query<{ source_id: number; ids: string; states: string }>(ENDED_NEXT, [
    formatIsoTime(at),
    formatIsoTime(from),
    [...sources.keys()],
    most,
  ])
  for (const { source_id, ids, states } of rows) {
    const found = buildValuesById(parseIntegerList(ids), parseIntegerList(states))
    for (const route of sources.get(source_id) ?? []) {
      const state = found[route.id] ?? UNKNOWN_ROUTE_STATE
      if (state !== UNKNOWN_ROUTE_STATE) settle(route, end, Math.floor(state / 2), state % 2 === 1)
    }
  }
}

async function lookUp(
  db: SqlExecutor,
  routes: readonly RouteStatesAtTwoMoments[],
  end: 'before' | 'after',
  { at, from }: Moment,
): Promise<void> {
  if (routes.length === 0) return
  const { rows } = await db.query<{ n: number; id: number | null; sure: boolean | null; stood: boolean | null }>(
    `SELECT r.n::int AS n, q.attributes_id AS id, q.sure, q.first_present <= $2 AS stood
     FROM (
       SELECT x.*, w.n FROM unnest($3::int[], $4::int[]) WITH ORDINALITY AS w (source_id, id, n)
       JOIN route x ON x.source_id = w.source_id AND x.id = w.id AND x.source_id = ANY ($3::int[]) OFFSET 0) r
     ${selectRouteAtMoment('$1', 'q')}`,
    [
      formatIsoTime(at),
      formatIsoTime(from),
      formatIntArray(routes.map(({ sourceId }) => sourceId)),
      formatIntArray(routes.map(({ id }) => id)),
    ],
  )
  for (const { n, id, sure, stood } of rows) {
    const route = routes[n - 1]
    if (route) settle(route, end, id === null ? 0 : 2 * id + (sure ? 0 : 1), stood === true)
  }
  // The route and all its intervals were deleted in the meantime.
  for (const route of routes) if (route[end] === UNKNOWN_ROUTE_STATE) route[end] = 0
}
