/**
 * Returns SQL for the starts and ends of route intervals of some sources that polls first saw in [from, to), each once.
 * Columns: source_id, route_id, at, is_end, attributes_id, and earliest (the other bound of the change; null if the
 * route was present when its table was first read). The SQL is a UNION, because the starts of ongoing intervals have
 * their own index. Without this index, a query for one hour of the past took six times the CPU
 * ({@link ../../../../docs/adr/0272-a-routes-row-keeps-its-intervals-apart.md}).
 * @param sources,from,to expressions that are constant in the statement, such as `$1`
 */
export const selectRouteIntervalBounds = (sources: string, from: string, to: string): string => `
  SELECT source_id, route_id, first_absent AS at, true AS is_end, attributes_id, last_present AS earliest FROM route_interval
  WHERE source_id = ANY (${sources}) AND first_absent >= ${from} AND first_absent < ${to}
  UNION ALL
  SELECT source_id, route_id, first_present, false, attributes_id, last_absent FROM route_interval
  WHERE source_id = ANY (${sources}) AND first_present >= ${from} AND first_present < ${to}
  UNION ALL
  SELECT source_id, id, first_present, false, attributes_id, last_absent FROM route
  WHERE source_id = ANY (${sources}) AND first_present >= ${from} AND first_present < ${to}`

/**
 * Returns SQL for each route change of some sources that was first seen in [from, to), once. Columns: route_id,
 * source_id, at, op. The end of an interval and the begin of the next at the same instant are one change of attributes.
 * A route that was present when its table was first read has the op `first_seen`, which is not a change, because its
 * begin was not observed.
 * @param sources,from,to as in {@link selectRouteIntervalBounds}
 */
export const selectRouteChanges = (sources: string, from: string, to: string): string => `
  SELECT route_id, source_id, at,
         CASE WHEN bool_and(is_end) THEN 'withdrawn' WHEN bool_or(is_end) THEN 'changed'
              WHEN bool_or(earliest IS NULL) THEN 'first_seen' ELSE 'announced' END AS op
  FROM (${selectRouteIntervalBounds(sources, from, to)}) bounds
  GROUP BY route_id, source_id, at`
