/**
 * SQL that finds what was so of a route `r` (a row of `route`) at a moment: FROM items to stand behind it. `name` gets the
 * columns attributes_id (null: nothing was so), last_absent, first_present, and sure (false: the moment lies between the
 * samples around a change; what is given is what was so before it, or, where nothing was, what began with it).
 *
 * The open interval stands in the route's own row, the others in route_interval, where the last one that began by the moment
 * is one descent of the primary key away. Each look-up is fenced into a LATERAL of its own and left out where an earlier
 * one has answered: a planner that is free to reverse the join reads all of history.
 * @param moment a parameter, such as `$1`
 * @param found where `r` holds the columns of {@link intervalBegunBy} for this moment already: their prefix
 */
export function routeThen(moment: string, name: string, found?: string): string {
  const at = `${moment}::timestamptz`
  const notOpenYet = `(r.first_present IS NULL OR r.first_present > ${at})`
  const next = `${name}_next`
  const before = (column: string) => (found === undefined ? `${name}_before.${column}` : `r.${found}${column}`)
  // of these the first that holds says what was so
  const choose = (open: string, ended: string, coming: string, opening: string) => `
    CASE WHEN r.first_present <= ${at} THEN ${open}
         WHEN ${before('first_absent')} > ${at} THEN ${ended}
         WHEN ${next}.last_absent < ${at} THEN ${coming}
         WHEN ${next}.first_present IS NULL AND r.last_absent < ${at} THEN ${opening} END`
  const column = (of: string) => `${choose(`r.${of}`, before(of), `${next}.${of}`, `r.${of}`)} AS ${of}`
  return `
    ${found === undefined ? intervalBegunBy(moment, 'r', `${name}_before`) : ''}
    LEFT JOIN LATERAL (
      SELECT i.attributes_id, i.last_absent, i.first_present FROM route_interval i
      WHERE i.source_id = r.source_id AND i.route_id = r.id AND i.first_present > ${at} AND ${notOpenYet}
        AND (${before('first_absent')} IS NULL OR ${before('first_absent')} <= ${at})
      ORDER BY i.first_present LIMIT 1) ${next} ON true
    CROSS JOIN LATERAL (
      SELECT ${column('attributes_id')}, ${column('last_absent')}, ${column('first_present')},
             ${choose('true', `${at} <= ${before('last_present')}`, 'false', 'false')} AS sure) ${name}`
}

/**
 * SQL for the last ended interval of a route that began by a moment, where the route's own row does not answer for it: a FROM
 * item to stand behind the row of `route`, with all columns of the interval.
 */
function intervalBegunBy(moment: string, route: string, name: string): string {
  const at = `${moment}::timestamptz`
  return `
    LEFT JOIN LATERAL (
      SELECT i.attributes_id, i.last_absent, i.first_present, i.last_present, i.first_absent FROM route_interval i
      WHERE i.source_id = ${route}.source_id AND i.route_id = ${route}.id AND i.first_present <= ${at}
        AND (${route}.first_present IS NULL OR ${route}.first_present > ${at})
      ORDER BY i.first_present DESC LIMIT 1) ${name} ON true`
}
