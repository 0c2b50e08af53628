import type { EpochMs, ForwardingTablePollKind, RouteAttributes } from '#lib/contract/index.ts'
import { queryWithPreparedStatement, type SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime, toEpochMs, canonicalizeDatabasePrefix } from '#lib/history/statements.ts'

/** A time range, the resources whose learned routes are read, and the hub whose own route table is read. */
export interface RouteTablePeriod {
  /** short IDs of resources with learned routes */
  learners: readonly string[]
  /** short ID of the hub whose own route table is read too; null = no hub */
  hub: string | null
  from: EpochMs
  to: EpochMs
}

/** Routes to a prefix that appeared and disappeared together in a table, with the polls that saw them. */
export interface RoutePresenceInterval {
  /** short ID of the resource that has the table */
  scope: string
  resourceId: string
  resourceType: string
  kind: ForwardingTablePollKind
  instance: string | null
  peer: string | null
  prefix: string
  attributes: readonly RouteAttributes[]
  /** start of the last poll before the routes appeared; null = the first poll of the table already saw them */
  lastAbsent: EpochMs | null
  firstPresent: EpochMs
  /** start of the last poll that saw the routes; for current routes, start of the first poll that saw them */
  lastPresent: EpochMs
  /** end of the first poll that no longer saw the routes; null = the routes are current */
  firstAbsent: EpochMs | null
}

/**
 * SQL that selects the sources (polled tables) of a window. $1 = short IDs of resources with learned routes, $2 = short
 * ID of the hub.
 */
const TABLES = `
  SELECT s.id, t.short_id, t.arm_id, t.type, CASE WHEN t.short_id = $2 THEN 'tables' ELSE 'learned' END AS kind
  FROM resource t JOIN source s ON s.resource_id = t.id
  WHERE t.short_id = ANY ($1) OR t.short_id = $2`

/** Returns the indices of the windows in which at least one route of their tables appeared, disappeared or changed. */
export async function findPeriodsWithRouteChanges(
  db: SqlExecutor,
  windows: readonly RouteTablePeriod[],
): Promise<Set<number>> {
  if (windows.length === 0) return new Set()
  const scopes = windows.map(({ learners, hub }) => (hub === null ? learners : [...learners, hub]))
  const places = scopes.flatMap((own, n) => own.map((scope) => ({ scope, n })))
  const windowOf = ({ n }: { n: number }) => windows[n] ?? { from: 0, to: 0 }
  const rows = await queryWithPreparedStatement<{ n: number }>(
    db,
    'changedWindows',
    `WITH asked AS MATERIALIZED (
       SELECT w.n, s.id AS source_id, w.from_at, w.to_at
       FROM unnest($1::text[], $2::int[], $3::timestamptz[], $4::timestamptz[]) AS w (scope, n, from_at, to_at)
       JOIN resource t ON t.short_id = w.scope JOIN source s ON s.resource_id = t.id)
     SELECT DISTINCT a.n FROM asked a
     WHERE EXISTS (SELECT FROM route_interval i
                   WHERE i.source_id = a.source_id AND i.first_absent > a.from_at AND i.first_absent <= a.to_at)
        OR EXISTS (SELECT FROM route r
                   WHERE r.source_id = a.source_id AND r.first_present > a.from_at AND r.first_present <= a.to_at)
        OR EXISTS (SELECT FROM route_interval i
                   WHERE i.source_id = a.source_id AND i.first_present > a.from_at AND i.first_present <= a.to_at)`,
    [
      places.map(({ scope }) => scope),
      places.map(({ n }) => n),
      places.map((place) => formatIsoTime(windowOf(place).from)),
      places.map((place) => formatIsoTime(windowOf(place).to)),
    ],
  )
  return new Set(rows.map(({ n }) => n))
}

/**
 * Maximum number of rows that are read for one window. The tables of one gateway have at most 16,000 routes in four
 * copies.
 */
const MAX_SPANS = 200_000

/**
 * Reads the routes of a window's tables with the polls that saw them: all routes to prefixes that changed in the
 * window, and to prefixes that overlap these.
 * @param options.until time up to which these routes are read; may be later than the window's end
 * @param options.isWhole whether the routes to all prefixes are read
 * @param options.prefixes further prefixes whose routes are read, whether they changed or not
 * @returns null if there are too many routes
 */
export async function readRoutePresences(
  db: SqlExecutor,
  { learners, hub, from, to }: RouteTablePeriod,
  {
    until = to,
    isWhole = false,
    prefixes = [],
  }: { until?: EpochMs; isWhole?: boolean; prefixes?: readonly string[] } = {},
): Promise<RoutePresenceInterval[] | null> {
  const tables = [learners, hub]
  const changed = await queryWithPreparedStatement<{ prefix: string }>(
    db,
    'changedPrefixes',
    `WITH t AS MATERIALIZED (${TABLES})
     SELECT DISTINCT c.prefix::text AS prefix FROM t CROSS JOIN LATERAL (
       SELECT r.prefix FROM route r
       WHERE r.source_id = t.id AND r.kind = t.kind AND r.first_present > $3 AND r.first_present <= $4
       UNION ALL
       SELECT r.prefix FROM (
         SELECT i.route_id FROM route_interval i
         WHERE i.source_id = t.id AND i.first_absent > $3 AND i.first_absent <= $4
         UNION
         SELECT i.route_id FROM route_interval i
         WHERE i.source_id = t.id AND i.first_present > $3 AND i.first_present <= $4) i
       JOIN route r ON r.id = i.route_id AND r.source_id = t.id AND r.kind = t.kind) c
     LIMIT ${MAX_CHANGED + 1}`,
    [...tables, formatIsoTime(from), formatIsoTime(to)],
  )
  const overlapping =
    isWhole || changed.length + prefixes.length > MAX_CHANGED
      ? null
      : [...changed.map(({ prefix }) => prefix), ...prefixes]
  const rows = await queryWithPreparedStatement<Row>(
    db,
    'routeSpans',
    `WITH t AS MATERIALIZED (${TABLES}),
     near AS MATERIALIZED (
       SELECT DISTINCT x.id FROM unnest($5::inet[]) AS c (prefix)
       CROSS JOIN LATERAL (SELECT id FROM route WHERE route.prefix && c.prefix OFFSET 0) x)
     SELECT t.short_id AS scope, t.arm_id, t.type AS resource_type, t.kind, r.instance, r.peer, r.prefix::text AS prefix,
            a.attributes, i.last_absent, i.first_present, i.last_present, i.first_absent
     FROM t JOIN route r ON r.source_id = t.id AND r.kind = t.kind
     CROSS JOIN LATERAL (
       SELECT r.attributes_id, r.last_absent, r.first_present, r.last_present, NULL::timestamptz AS first_absent
       WHERE r.first_present <= $4
       UNION ALL
       SELECT v.attributes_id, v.last_absent, v.first_present, v.last_present, v.first_absent FROM route_interval v
       WHERE v.source_id = r.source_id AND v.route_id = r.id AND r.closed_until > $3
         AND v.first_absent > $3 AND v.first_present <= $4) i
     JOIN route_attributes a ON (a.source_id, a.id) = (r.source_id, i.attributes_id)
     WHERE $5::inet[] IS NULL OR r.id IN (SELECT id FROM near)
     LIMIT ${MAX_SPANS + 1}`,
    [...tables, formatIsoTime(from), formatIsoTime(until), overlapping],
  )
  return rows.length > MAX_SPANS ? null : rows.map(spanOf)
}

/**
 * Maximum number of changed prefixes that are looked up one by one in the index. If more prefixes changed, whole tables
 * are read.
 */
const MAX_CHANGED = 2_000

interface Row {
  scope: string
  arm_id: string
  resource_type: string
  kind: RoutePresenceInterval['kind']
  instance: string
  peer: string
  prefix: string
  attributes: RouteAttributes[]
  last_absent: Date | null
  first_present: Date
  last_present: Date
  first_absent: Date | null
}

const spanOf = (row: Row): RoutePresenceInterval => ({
  scope: row.scope,
  resourceId: row.arm_id,
  resourceType: row.resource_type,
  kind: row.kind,
  instance: row.instance || null,
  peer: row.peer || null,
  prefix: canonicalizeDatabasePrefix(row.prefix),
  attributes: row.attributes,
  lastAbsent: row.last_absent && toEpochMs(row.last_absent),
  firstPresent: toEpochMs(row.first_present),
  lastPresent: toEpochMs(row.last_present),
  firstAbsent: row.first_absent && toEpochMs(row.first_absent),
})
