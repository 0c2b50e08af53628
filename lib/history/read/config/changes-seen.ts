/**
 * SQL of the begins and ends of routes' intervals that some sources first showed in [from, to), each once: source_id, route_id, at, is_end,
 * attributes_id, earliest (the change's other bound; null: it stood when its table was first read). Begins have an index of their own: without it an
 * hour of the past took six times the CPU ({@link ../../../../docs/adr/0272-a-routes-row-keeps-its-intervals-apart.md}).
 * @param sources,from,to expressions that are constant in the statement, such as `$1`
 */
export const boundsSeen = (sources: string, from: string, to: string): string => `
  SELECT source_id, route_id, first_absent AS at, true AS is_end, attributes_id, last_present AS earliest FROM route_interval
  WHERE source_id = ANY (${sources}) AND first_absent >= ${from} AND first_absent < ${to}
  UNION ALL
  SELECT source_id, route_id, first_present, false, attributes_id, last_absent FROM route_interval
  WHERE source_id = ANY (${sources}) AND first_present >= ${from} AND first_present < ${to}
  UNION ALL
  SELECT source_id, id, first_present, false, attributes_id, last_absent FROM route
  WHERE source_id = ANY (${sources}) AND first_present >= ${from} AND first_present < ${to}`

/**
 * SQL of each route change of some sources that was first seen in [from, to), once: route_id, source_id, at, op. The end of an interval and the
 * begin of the next at the same instant are one change of attributes. What stood when its table was first read began at a time that nobody saw:
 * `first_seen`, no change.
 * @param sources,from,to as of {@link boundsSeen}
 */
export const changesSeen = (sources: string, from: string, to: string): string => `
  SELECT route_id, source_id, at,
         CASE WHEN bool_and(is_end) THEN 'withdrawn' WHEN bool_or(is_end) THEN 'changed'
              WHEN bool_or(earliest IS NULL) THEN 'first_seen' ELSE 'announced' END AS op
  FROM (${boundsSeen(sources, from, to)}) bounds
  GROUP BY route_id, source_id, at`
