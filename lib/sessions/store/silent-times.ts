import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '#lib/history/statements.ts'

/**
 * A time in which polls of a gateway succeeded, but some instances of the gateway did not report. It begins at the end
 * of the poll before it, and ends at the start of the poll after it.
 */
interface SilentTime {
  from: EpochMs
  /** start of the next poll; null = there is no later poll in the queried period */
  to: EpochMs | null
  instances: string[]
}

/**
 * Returns the times within [from, to] in which instances of gateways did not report, by source ID.
 * @param query.sources IDs of the polled sources
 */
export async function readSilentTimes(
  db: SqlExecutor,
  query: { sources: readonly number[]; from: EpochMs; to: EpochMs },
): Promise<Map<number, SilentTime[]>> {
  if (query.sources.length === 0) return new Map()
  const { rows } = await db.query<{ source_id: number; since: number; until: number | null; instances: string[] }>(
    `WITH poll AS (
       SELECT c.source_id, c.silent_instances AS instances, c.to_at, c.from_at,
              lag(c.to_at) OVER own AS before_to, lead(c.from_at) OVER own AS next_from
       FROM coverage c
       WHERE c.source_id = ANY ($1) AND c.kind = 'peers' AND c.from_at <= $3 AND c.to_at >= $2
       WINDOW own AS (PARTITION BY c.source_id ORDER BY c.from_at))
     SELECT source_id, instances, (extract(epoch FROM coalesce(before_to, $2)) * 1000)::float8 AS since,
            (extract(epoch FROM next_from) * 1000)::float8 AS until
     FROM poll WHERE cardinality(instances) > 0 ORDER BY source_id, from_at`,
    [query.sources, formatIsoTime(query.from), formatIsoTime(query.to)],
  )
  return new Map(
    [...Map.groupBy(rows, ({ source_id }) => source_id)].map(([source, own]) => [
      source,
      own.map(({ since, until, instances }) => ({ from: since, to: until, instances })),
    ]),
  )
}
