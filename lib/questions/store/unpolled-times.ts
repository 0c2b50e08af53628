import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import type { TimeInterval } from '#lib/contract/time/time-spans.ts'
import { selectMaxGapFreeSeconds, formatIsoTime, HAS_READ_ROWS_CONDITION } from '#lib/history/statements.ts'
import { queryWithPreparedStatement, type SqlExecutor } from '#lib/platform/queryable.ts'

interface UnseenQuery {
  kind: PollKind
  /** ids of the sources (polled tables) whose polls are examined */
  sources: readonly number[]
  from: EpochMs
  to: EpochMs
}

/**
 * SQL (common table expressions) of the times that each poll did not cover, as rows of `own (id, kind, short_id,
 * times)`. Parameters: $1 = kinds, $2 = source ids of the polls, $3 and $4 = start and end of the range.
 */
const OWN_GAPS = `polled AS (
       SELECT s.id, k.kind, r.short_id, p.interval_seconds,
              (SELECT max(b.from_at) FROM coverage b WHERE b.source_id = s.id AND b.kind = k.kind AND b.from_at < $3 AND ${HAS_READ_ROWS_CONDITION}) AS first,
              (SELECT min(n.from_at) FROM coverage n WHERE n.source_id = s.id AND n.kind = k.kind AND n.from_at > $4 AND ${HAS_READ_ROWS_CONDITION}) AS last
       FROM unnest($1::text[], $2::int[]) AS k (kind, id) JOIN source s ON s.id = k.id JOIN resource r ON r.id = s.resource_id
       LEFT JOIN poll_state p ON p.source_id = s.id AND p.kind = k.kind),
     readable AS (
       SELECT p.id, p.kind, p.interval_seconds AS interval_now, c.from_at, c.to_at, c.interval_seconds,
              lag(c.to_at) OVER own AS before_to, lag(c.last_started_at) OVER own AS before_started,
              lead(c.from_at) OVER own IS NULL AS is_last
       FROM polled p JOIN coverage c ON c.source_id = p.id AND c.kind = p.kind
         AND c.from_at >= coalesce(p.first, $3) AND c.from_at <= coalesce(p.last, $4)
       WHERE ${HAS_READ_ROWS_CONDITION}
       WINDOW own AS (PARTITION BY p.id, p.kind ORDER BY c.from_at)),
     gap AS (
       SELECT id, kind, coalesce(before_to, '-infinity') AS since, from_at AS until FROM readable
       WHERE before_to IS NULL OR extract(epoch FROM from_at - before_started) > ${selectMaxGapFreeSeconds('interval_seconds')}
       UNION ALL
       SELECT id, kind, to_at, 'infinity' FROM readable
       WHERE is_last AND extract(epoch FROM $4::timestamptz - to_at) > ${selectMaxGapFreeSeconds('interval_now')}
       UNION ALL
       SELECT id, kind, '-infinity', 'infinity' FROM polled WHERE (id, kind) NOT IN (SELECT id, kind FROM readable)),
     inside AS (
       SELECT id, kind, tstzrange(greatest(since, $3), least(until, $4)) AS time FROM gap
       WHERE greatest(since, $3) < least(until, $4)),
     own AS (
       SELECT p.id, p.kind, p.short_id, coalesce(range_agg(i.time), '{}') AS times
       FROM polled p LEFT JOIN inside i ON (i.id, i.kind) = (p.id, p.kind) GROUP BY p.id, p.kind, p.short_id)`

/** Returns SQL that converts time ranges to an array of pairs of epoch milliseconds. */
const asPairs = (times: string) =>
  `(SELECT json_agg(json_build_array(extract(epoch FROM lower(t)) * 1000, extract(epoch FROM upper(t)) * 1000) ORDER BY t)
             FROM unnest(${times}) AS t)`

/**
 * Returns the times within [from, to] in which no source of a resource was covered by polls of the kind, by the
 * resource's short id. A resource without one of the given sources has no entry. The times are the same as those of
 * `readUncoveredTimes`, but without reasons. The database computes them, so that only one row is returned for each
 * circuit even for months.
 */
export const readUnpolledTimesByResource = (
  db: SqlExecutor,
  query: UnseenQuery,
): Promise<Map<string, TimeInterval[]>> =>
  unseenBy<string>(
    db,
    query,
    'unseenByScope',
    `SELECT short_id AS key, ${asPairs('times')} AS unseen
     FROM (SELECT short_id, range_intersect_agg(times) AS times FROM own GROUP BY short_id) AS common`,
  )

/** Returns the times that polls of the kind did not cover, by source id. */
export const readUnpolledTimesBySource = (db: SqlExecutor, query: UnseenQuery): Promise<Map<number, TimeInterval[]>> =>
  unseenBy<number>(db, query, 'unseenBySource', `SELECT id AS key, ${asPairs('times')} AS unseen FROM own`)

/** Returns a function that returns the uncovered times of one of the given polls within the range. */
export async function createUnpolledTimesLookup(
  db: SqlExecutor,
  polls: readonly { sourceId: number; kind: PollKind }[],
  range: TimeInterval,
): Promise<(poll: { sourceId: number; kind: PollKind }) => readonly TimeInterval[]> {
  const select = `SELECT id || ' ' || kind AS key, ${asPairs('times')} AS unseen FROM own`
  const keyOf = ({ sourceId, kind }: (typeof polls)[number]) => `${sourceId} ${kind}`
  const each = [...new Map(polls.map((poll) => [keyOf(poll), poll])).values()]
  const found = await unseenOf<string>(db, each, range, { name: 'unseenByPoll', select })
  return (poll) => found.get(keyOf(poll)) ?? []
}

const unseenBy = <Key>(db: SqlExecutor, { kind, sources, ...range }: UnseenQuery, name: string, select: string) =>
  unseenOf<Key>(
    db,
    [...new Set(sources)].map((sourceId) => ({ sourceId, kind })),
    range,
    { name, select },
  )

async function unseenOf<Key>(
  db: SqlExecutor,
  polls: readonly { sourceId: number; kind: PollKind }[],
  { from, to }: TimeInterval,
  { name, select }: { name: string; select: string },
): Promise<Map<Key, TimeInterval[]>> {
  if (polls.length === 0) return new Map()
  const values = [
    polls.map(({ kind }) => kind),
    polls.map(({ sourceId }) => sourceId),
    formatIsoTime(from),
    formatIsoTime(to),
  ]
  const rows = await queryWithPreparedStatement<{ key: Key; unseen: [number, number][] | null }>(
    db,
    name,
    `WITH ${OWN_GAPS} ${select}`,
    values,
  )
  return new Map(rows.map(({ key, unseen }) => [key, (unseen ?? []).map(([start, end]) => ({ from: start, to: end }))]))
}
