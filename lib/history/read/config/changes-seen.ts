/**
 * SQL of the begins and ends of routes' intervals that some sources first showed in [from, to), each once: source_id, route_id, at, is_end,
 * attributes_id, earliest (the change's other bound; null: it stood when its table was first read). No index has begins: an interval that began in
 * that time ended in it, too, or is the one of its route that holds `to` ({@link ../../../../docs/adr/0272-what-ended-leads-to-what-began.md}).
 * @param sources,from,to expressions that are constant in the statement, such as `$1`
 */
export const boundsSeen = (sources: string, from: string, to: string): string => `
  SELECT e.source_id, e.route_id, b.at, b.is_end, e.attributes_id, b.earliest FROM route_interval e
  CROSS JOIN LATERAL (VALUES (e.first_absent, true, e.last_present), (e.first_present, false, e.last_absent)) AS b (at, is_end, earliest)
  WHERE e.source_id = ANY (${sources}) AND e.first_absent >= ${from} AND e.first_absent < ${to} AND b.at >= ${from}
  UNION ALL
  SELECT r.source_id, r.id, i.first_present, false, i.attributes_id, i.last_absent
  FROM (SELECT id, source_id FROM route WHERE source_id = ANY (${sources}) AND closed_until >= ${to} OFFSET 0) r
  CROSS JOIN LATERAL (
    SELECT * FROM route_interval x WHERE x.source_id = r.source_id AND x.route_id = r.id AND x.first_present < ${to}
    ORDER BY x.first_present DESC LIMIT 1) i
  WHERE i.first_present >= ${from} AND i.first_absent >= ${to}
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
