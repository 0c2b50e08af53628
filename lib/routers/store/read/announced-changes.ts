import type { TimestampBounds, EpochMs, RouterRouteAttributes } from '#lib/contract/index.ts'
import type { AnnouncedPrefixChange, RouterSideSession } from '#lib/detection/index.ts'
import { formatIsoTime } from '#lib/history/statements.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'

/**
 * Maximum number of routes of a session that are compared. It is the number of prefixes that an MSEE accepts on a
 * Premium circuit.
 */
export const MAX_CHANGED_ROUTES = 10_000

/** An interval in which a router advertised a route to a prefix, with unchanged attributes. */
interface Span {
  prefix: string
  pathId: string
  attributes: RouterRouteAttributes
  earliest: EpochMs
  latest: EpochMs
  /** Earliest and latest time at which the interval ended; null = it has not ended. */
  goneEarliest: EpochMs | null
  goneLatest: EpochMs | null
  ended: 'withdrawn' | 'replaced' | 'sessionDown' | 'notInTable' | null
}

/**
 * Returns the prefixes whose advertised routes (after policy, RFC 8671) changed after `from` and until `to`, with their
 * attributes at both times. The attributes may be equal, if a route changed and then changed back. A prefix is left out
 * if its route ended because the session went down or because the router was not observed, since the router did not
 * withdraw it.
 */
export async function readAdvertisedChanges(
  db: SqlExecutor,
  sessionId: number,
  { from, to, limit = MAX_CHANGED_ROUTES }: { from: EpochMs; to: EpochMs; limit?: number },
): Promise<Omit<NonNullable<RouterSideSession['announced']>, 'from'>> {
  const spans = await queryRowsInCamelCase<Span & { isPartial: boolean }>(
    db,
    `WITH found AS (
       SELECT * FROM router_route r
       WHERE r.session_id = $1 AND r.view = 'adjOutPost' AND coalesce(r.first_present, r.seen_at) > $2
       ORDER BY r.prefix, r.path_id LIMIT ${limit + 1}),
     touched AS (SELECT * FROM found ORDER BY prefix, path_id LIMIT ${limit}),
     spans AS (
       SELECT id, prefix, path_id, attributes_id, last_absent, first_present, NULL::timestamptz AS last_present,
              NULL::timestamptz AS first_absent, NULL AS ended
       FROM touched WHERE attributes_id IS NOT NULL
       UNION ALL
       SELECT t.id, t.prefix, t.path_id, i.attributes_id, i.last_absent, i.first_present, i.last_present, i.first_absent, i.ended::text
       FROM touched t JOIN router_route_interval i ON i.route_id = t.id WHERE i.first_absent > $2)
     SELECT host(s.prefix) || '/' || masklen(s.prefix) AS prefix, s.path_id::text AS "pathId", a.attributes,
            coalesce(s.last_absent, s.first_present) AS earliest, s.first_present AS latest,
            s.last_present AS "goneEarliest", s.first_absent AS "goneLatest", s.ended,
            (SELECT count(*) > ${limit} FROM found) AS "isPartial"
     FROM spans s
     JOIN router_session o ON o.id = $1
     JOIN router_route_attributes a ON a.router_id = o.router_id AND a.id = s.attributes_id
     ORDER BY s.prefix, s.path_id, s.first_present, s.first_absent NULLS LAST`,
    [sessionId, formatIsoTime(from)],
  )
  const routes = Map.groupBy(spans, ({ prefix, pathId }) => `${prefix} ${pathId}`)
  const changes = [...routes.values()].flatMap((own) => changeOf(own, from, to) ?? [])
  return { changes, isPartial: spans.some(({ isPartial }) => isPartial) }
}

function changeOf(spans: readonly Span[], from: EpochMs, to: EpochMs): AnnouncedPrefixChange | null {
  const isWithin = (at: EpochMs | null) => at !== null && at > from && at <= to
  const changes = spans.flatMap(({ earliest, latest, goneEarliest, goneLatest, ended }): (TimestampBounds | null)[] => [
    ...(isWithin(latest) ? [{ earliest, latest }] : []),
    ...(isWithin(goneLatest) && goneLatest !== null
      ? [
          ended === 'withdrawn' || ended === 'replaced'
            ? { earliest: goneEarliest ?? goneLatest, latest: goneLatest }
            : null,
        ]
      : []),
  ])
  const [prefix] = spans.map((span) => span.prefix)
  if (prefix === undefined || changes.length === 0 || changes.includes(null)) return null
  const at = (moment: EpochMs) =>
    spans.find(({ latest, goneLatest }) => latest <= moment && (goneLatest === null || goneLatest > moment))
      ?.attributes ?? null
  const between = changes.flatMap((one) => one ?? []).reduce((last, one) => (one.latest >= last.latest ? one : last))
  return { prefix, before: at(from), after: at(to), between }
}
