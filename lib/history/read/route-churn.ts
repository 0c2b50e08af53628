import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { RouteKind } from '../record/route-kinds.ts'
import { prefixFromDatabase } from '../record/route-table.ts'
import { iso } from '../times.ts'
import type { ChurnCounts, PrefixChurnCounts } from '../types.ts'
import { routeTablesInScope } from './route-tables.ts'

/** An interval in which changes of the routes that hang on one session are counted apart. */
export interface ChurnWindow {
  sourceId: number
  /** null = any */
  instance: string | null
  peer: string | null
  /** changes first seen in [from, to]; `to` may be infinite */
  from: EpochMs
  to: EpochMs
}

export interface RouteChurn {
  /** steps in which something changed, in order */
  steps: (ChurnCounts & { inWindows: number })[]
  /** the most changes first, equals by address */
  topPrefixes: PrefixChurnCounts[]
}

interface Counts {
  announced: number
  withdrawn: number
  changed: number
}

/**
 * Each route change first seen in [$1, $2), once. The end of an interval and the begin of the next at the same instant are one
 * change of attributes. What stood when its table was first read began at a time that nobody saw: `first_seen`, no change.
 */
const CHANGES = `
  SELECT route_id, source_id, at,
         CASE WHEN bool_and(is_end) THEN 'withdrawn' WHEN bool_or(is_end) THEN 'changed'
              WHEN bool_or(is_first) THEN 'first_seen' ELSE 'announced' END AS op
  FROM (
    SELECT route_id, source_id, first_absent AS at, true AS is_end, false AS is_first FROM route_interval
    WHERE source_id = ANY ($3::int[]) AND first_absent >= $1 AND first_absent < $2
    UNION ALL
    SELECT route_id, source_id, first_present, false, last_absent IS NULL FROM route_interval
    WHERE source_id = ANY ($3::int[]) AND first_present >= $1 AND first_present < $2
    UNION ALL
    SELECT id, source_id, first_present, false, last_absent IS NULL FROM route
    WHERE source_id = ANY ($3::int[]) AND first_present >= $1 AND first_present < $2
  ) bounds
  GROUP BY route_id, source_id, at`

const COUNTS = `
  count(*) FILTER (WHERE op = 'announced')::int AS announced, count(*) FILTER (WHERE op = 'withdrawn')::int AS withdrawn,
  count(*) FILTER (WHERE op = 'changed')::int AS changed`

/** Route changes of the tables in scope, counted by step of time and by prefix. A change stands where it was first seen. */
export async function routeChurn(
  db: Queryable,
  query: {
    scope?: string | undefined
    kinds: readonly RouteKind[]
    from: EpochMs
    to: EpochMs
    stepMs: number
    /** how many prefixes */
    top: number
    windows: readonly ChurnWindow[]
  },
): Promise<RouteChurn> {
  const { scope, kinds, from, to, stepMs, top, windows } = query
  const tables = [...(await routeTablesInScope(db, scope, kinds)).values()]
  const { rows } = await db.query<{
    steps: (Counts & { step: number; first_seen: number; in_windows: number })[] | null
    prefixes: (Counts & { prefix: string; place: number })[] | null
  }>(
    `WITH changes AS MATERIALIZED (
       SELECT c.*, r.prefix, r.instance, r.peer FROM (${CHANGES}) c JOIN route r ON r.source_id = c.source_id AND r.id = c.route_id
       WHERE r.source_id = ANY ($3::int[]) AND r.kind = ANY ($4)
     ), windows AS (
       SELECT * FROM jsonb_to_recordset($7) AS w (source_id int, instance text, peer text, earliest timestamptz, latest timestamptz)
     ), steps AS (
       SELECT floor(extract(epoch FROM at - $1::timestamptz) * 1000 / $5::float8)::int AS step, ${COUNTS},
              count(*) FILTER (WHERE op = 'first_seen')::int AS first_seen,
              count(*) FILTER (WHERE op <> 'first_seen' AND EXISTS (
                SELECT FROM windows w
                WHERE w.source_id = c.source_id AND coalesce(w.instance, c.instance) = c.instance
                  AND coalesce(w.peer, c.peer) = c.peer AND c.at BETWEEN w.earliest AND w.latest))::int AS in_windows
       FROM changes c GROUP BY 1
     ), prefixes AS (
       SELECT text(c.prefix) AS prefix, ${COUNTS}, row_number() OVER (ORDER BY count(*) DESC, c.prefix) AS place
       FROM changes c WHERE op <> 'first_seen' GROUP BY c.prefix ORDER BY place LIMIT $6
     )
     SELECT (SELECT jsonb_agg(s ORDER BY s.step) FROM steps s) AS steps,
            (SELECT jsonb_agg(p ORDER BY p.place) FROM prefixes p) AS prefixes`,
    [
      iso(from),
      iso(to),
      [...new Set(tables.map(({ sourceId }) => sourceId))],
      kinds,
      stepMs,
      top,
      JSON.stringify(windows.map(windowParameter)),
    ],
  )
  const [counted] = rows
  return {
    steps: (counted?.steps ?? []).map(({ step, first_seen, in_windows, ...counts }) => ({
      start: from + step * stepMs,
      ...counts,
      firstSeen: first_seen,
      inWindows: in_windows,
    })),
    topPrefixes: (counted?.prefixes ?? []).map(({ place: _, prefix, ...counts }) => ({
      prefix: prefixFromDatabase(prefix),
      ...counts,
    })),
  }
}

function windowParameter({ sourceId, instance, peer, from, to }: ChurnWindow) {
  return {
    source_id: sourceId,
    instance,
    peer,
    earliest: iso(from),
    latest: Number.isFinite(to) ? iso(to) : 'infinity',
  }
}
