/**
 * SQL of each route change of some sources that was first seen in [from, to), once: route_id, source_id, at, op. The end of an interval and the
 * begin of the next at the same instant are one change of attributes. What stood when its table was first read began at a time that nobody saw:
 * `first_seen`, no change.
 * @param sources,from,to expressions that are constant in the statement, such as `$1`
 */
export const changesSeen = (sources: string, from: string, to: string): string => `
  SELECT route_id, source_id, at,
         CASE WHEN bool_and(is_end) THEN 'withdrawn' WHEN bool_or(is_end) THEN 'changed'
              WHEN bool_or(is_first) THEN 'first_seen' ELSE 'announced' END AS op
  FROM (
    SELECT route_id, source_id, first_absent AS at, true AS is_end, false AS is_first FROM route_interval
    WHERE source_id = ANY (${sources}) AND first_absent >= ${from} AND first_absent < ${to}
    UNION ALL
    SELECT route_id, source_id, first_present, false, last_absent IS NULL FROM route_interval
    WHERE source_id = ANY (${sources}) AND first_present >= ${from} AND first_present < ${to}
    UNION ALL
    SELECT id, source_id, first_present, false, last_absent IS NULL FROM route
    WHERE source_id = ANY (${sources}) AND first_present >= ${from} AND first_present < ${to}
  ) bounds
  GROUP BY route_id, source_id, at`
