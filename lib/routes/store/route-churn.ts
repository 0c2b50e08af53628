import type { EpochMs, RoutePollKind } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { canonicalizeDatabasePrefix } from '#lib/history/record/routes/route-table.ts'
import { formatIsoTime, toEpochMs } from '#lib/history/times.ts'
import type { ChurnCounts, PrefixChurnCounts } from '#lib/history/types.ts'
import { selectRouteChanges } from '#lib/history/read/config/route-change-queries.ts'
import {
  type ListedRouteTable,
  readRouteTablesOfResource,
  formatSourceTableKey,
} from '#lib/history/read/routes/route-tables.ts'

/**
 * A time in which the changes of one session's routes are counted separately as well, for example its first table
 * transfer.
 */
export interface ChurnWindow {
  sourceId: number
  /** gateway instance of the routes; null = any instance. `peer` null = any peer */
  instance: string | null
  peer: string | null
  /**
   * Start and end of the time, both inclusive. A change is in it if it was first observed then; `to` may be infinite
   */
  from: EpochMs
  to: EpochMs
}

export interface RouteChurn {
  /** time steps with changes, in order; steps without changes are left out */
  steps: (ChurnCounts & { inWindows: number })[]
  /** prefixes with the most changes first; equal ones are ordered by address */
  topPrefixes: PrefixChurnCounts[]
}

interface Counts {
  announced: number
  withdrawn: number
  changed: number
}

/**
 * A route table, and the time after which its changes are counted one by one. Earlier changes were summarized ("rolled
 * up").
 */
interface Since {
  sourceId: number
  kind: RoutePollKind
  since: EpochMs
}

const COUNTS = `
  count(*) FILTER (WHERE op = 'announced')::int AS announced, count(*) FILTER (WHERE op = 'withdrawn')::int AS withdrawn,
  count(*) FILTER (WHERE op = 'changed')::int AS changed`

const stepOf = (at: string) => `floor(extract(epoch FROM ${at} - $1::timestamptz) * 1000 / $3::float8)::int`
const inTime = (change: string) => `w.source_id = ${change}.source_id AND ${change}.at BETWEEN w.earliest AND w.latest`
const ofSession = (route: string) =>
  `coalesce(w.instance, ${route}.instance) = ${route}.instance AND coalesce(w.peer, ${route}.peer) = ${route}.peer`

/**
 * SQL that counts changes. For summarized polls (lib/history/rollup/roll-up-churn.ts), there is one row for each poll
 * with the routes that changed. The changes of later polls are counted one by one from the intervals of routes.
 */
const CHURN = `
  WITH tables AS (
    SELECT * FROM unnest($5::int[], $6::text[], $7::timestamptz[]) AS t (source_id, kind, since)
  ), polls AS MATERIALIZED (
    SELECT p.*, ${stepOf('p.at')} AS step FROM route_churn p JOIN tables t ON t.source_id = p.source_id AND t.kind = p.kind
    WHERE p.source_id = ANY ($5::int[]) AND p.at >= $1 AND p.at < $2 AND p.at < t.since
  ), changes AS MATERIALIZED (
    SELECT c.*, r.prefix, r.instance, r.peer
    FROM (${selectRouteChanges('$8::int[]', '$1', '$2')} UNION ALL ${selectRouteChanges('$9::int[]', '$10', '$2')}) c
    JOIN route r ON r.source_id = c.source_id AND r.id = c.route_id
    JOIN tables t ON t.source_id = r.source_id AND t.kind = r.kind AND c.at >= t.since
    WHERE r.source_id = ANY ($5::int[])
  ), windows AS (
    SELECT * FROM jsonb_to_recordset($11) AS w (source_id int, instance text, peer text, earliest timestamptz, latest timestamptz)
  ), counted AS (
    SELECT step, cardinality(announced) AS announced, cardinality(withdrawn) AS withdrawn, cardinality(changed) AS changed,
           first_seen, 0 AS in_windows
    FROM polls
    UNION ALL
    SELECT ${stepOf('c.at')}, (op = 'announced')::int, (op = 'withdrawn')::int, (op = 'changed')::int, (op = 'first_seen')::int,
           (op <> 'first_seen' AND EXISTS (SELECT FROM windows w WHERE ${inTime('c')} AND ${ofSession('c')}))::int
    FROM changes c
    UNION ALL
    SELECT p.step, 0, 0, 0, 0, 1
    FROM (SELECT * FROM polls p WHERE EXISTS (SELECT FROM windows w WHERE ${inTime('p')})) p
    CROSS JOIN LATERAL unnest(p.announced || p.withdrawn || p.changed) AS route_id
    JOIN route r ON r.source_id = p.source_id AND r.id = route_id
    WHERE r.source_id = ANY ($5::int[]) AND EXISTS (SELECT FROM windows w WHERE ${inTime('p')} AND ${ofSession('r')})
  ), steps AS (
    SELECT step, sum(announced)::int AS announced, sum(withdrawn)::int AS withdrawn, sum(changed)::int AS changed,
           sum(first_seen)::int AS first_seen, sum(in_windows)::int AS in_windows
    FROM counted GROUP BY step
  ), routes AS (
    SELECT source_id, route_id, ${COUNTS} FROM (
      SELECT source_id, unnest(announced) AS route_id, 'announced' AS op FROM polls
      UNION ALL SELECT source_id, unnest(withdrawn), 'withdrawn' FROM polls
      UNION ALL SELECT source_id, unnest(changed), 'changed' FROM polls) moves
    GROUP BY source_id, route_id
  ), prefixes AS (
    SELECT text(prefix) AS prefix, sum(announced)::int AS announced, sum(withdrawn)::int AS withdrawn, sum(changed)::int AS changed,
           row_number() OVER (ORDER BY sum(announced + withdrawn + changed) DESC, prefix) AS place
    FROM (
      SELECT r.prefix, announced, withdrawn, changed FROM routes m JOIN route r ON r.source_id = m.source_id AND r.id = m.route_id
      WHERE r.source_id = ANY ($5::int[])
      UNION ALL
      SELECT prefix, ${COUNTS} FROM changes WHERE op <> 'first_seen' GROUP BY prefix) moved
    GROUP BY moved.prefix ORDER BY place LIMIT $4
  )
  SELECT (SELECT jsonb_agg(s ORDER BY s.step) FROM steps s) AS steps,
         (SELECT jsonb_agg(p ORDER BY p.place) FROM prefixes p) AS prefixes`

/**
 * Returns the number of route changes in scope by time step and by prefix. A change belongs to the time at which it was
 * first observed.
 */
export async function readRouteChurn(
  db: SqlExecutor,
  query: {
    scope?: string | undefined
    kinds: readonly RoutePollKind[]
    from: EpochMs
    to: EpochMs
    stepMs: number
    /** maximum number of prefixes in `findTopPrefixes` */
    top: number
    windows: readonly ChurnWindow[]
  },
): Promise<RouteChurn> {
  const { scope, kinds, from, to, stepMs, top, windows } = query
  const tables = await countedSince(db, [...(await readRouteTablesOfResource(db, scope, kinds)).values()], from)
  const fromBegin = new Set(tables.filter(({ since }) => since === from).map(({ sourceId }) => sourceId))
  const later = tables.filter(({ sourceId, since }) => since < to && !fromBegin.has(sourceId))
  const { rows } = await db.query<{
    steps: (Counts & { step: number; first_seen: number; in_windows: number })[] | null
    prefixes: (Counts & { prefix: string; place: number })[] | null
  }>(CHURN, [
    formatIsoTime(from),
    formatIsoTime(to),
    stepMs,
    top,
    tables.map(({ sourceId }) => sourceId),
    tables.map(({ kind }) => kind),
    tables.map(({ since }) => formatIsoTime(since)),
    [...fromBegin],
    [...new Set(later.map(({ sourceId }) => sourceId))],
    formatIsoTime(Math.min(to, ...later.map(({ since }) => since))),
    JSON.stringify(windows.map(windowParameter)),
  ])
  const [counted] = rows
  return {
    steps: (counted?.steps ?? []).map(({ step, first_seen, in_windows, ...counts }) => ({
      start: from + step * stepMs,
      ...counts,
      firstSeen: first_seen,
      inWindows: in_windows,
    })),
    topPrefixes: (counted?.prefixes ?? []).map(({ place: _, prefix, ...counts }) => ({
      prefix: canonicalizeDatabasePrefix(prefix),
      ...counts,
    })),
  }
}

/**
 * Returns for each table the end of the part that was summarized ("rolled up"), but at least `from`. Changes before
 * this time are counted from summaries, and later changes one by one. Both counts use the same time, so that a summary
 * that is written in between cannot make a change count twice.
 */
async function countedSince(db: SqlExecutor, tables: readonly ListedRouteTable[], from: EpochMs): Promise<Since[]> {
  const { rows } = await db.query<{ source_id: number; kind: RoutePollKind; rolled_up_to: Date }>(
    'SELECT source_id, kind, rolled_up_to FROM route_churn_state WHERE source_id = ANY ($1::int[])',
    [[...new Set(tables.map(({ sourceId }) => sourceId))]],
  )
  const rolledUpTo = new Map(
    rows.map((row) => [formatSourceTableKey(row.source_id, row.kind), toEpochMs(row.rolled_up_to)]),
  )
  return tables.map(({ sourceId, kind }) => ({
    sourceId,
    kind,
    since: Math.max(from, rolledUpTo.get(formatSourceTableKey(sourceId, kind)) ?? from),
  }))
}

function windowParameter({ sourceId, instance, peer, from, to }: ChurnWindow) {
  return {
    source_id: sourceId,
    instance,
    peer,
    earliest: formatIsoTime(from),
    latest: Number.isFinite(to) ? formatIsoTime(to) : 'infinity',
  }
}
