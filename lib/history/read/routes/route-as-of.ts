/**
 * Returns SQL that finds the state of a route `r` (a row of `route`) at a moment, as FROM items after the row. The item
 * `name` has the columns attributes_id (null = absent), last_absent, first_present, and sure. `sure` is false if the
 * moment is between the polls around a change. In this case the state before the change is returned or, if there was
 * none, the state after it. The ongoing interval is in the route's own row. The other intervals are in route_interval,
 * where one lookup by primary key finds the last interval that began by the moment. Each lookup is a separate LATERAL,
 * which is skipped if an earlier lookup found the state. In a single join, the planner could reverse the order and read
 * all of history.
 * @param moment a parameter, such as `$1`
 * @param found prefix of the columns of {@link intervalBegunBy} if `r` already has them for this moment
 */
export function selectRouteAtMoment(moment: string, name: string, found?: string): string {
  const at = `${moment}::timestamptz`
  const notOpenYet = `(r.first_present IS NULL OR r.first_present > ${at})`
  const next = `${name}_next`
  const before = (column: string) => (found === undefined ? `${name}_before.${column}` : `r.${found}${column}`)
  // the first condition that holds determines the state of the route
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
 * Returns SQL, as a FROM item after the row of `route`, for the last interval in route_interval that began by a moment,
 * with all columns of the interval. The lookup is skipped if the ongoing interval in the route's own row began by the
 * moment.
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
