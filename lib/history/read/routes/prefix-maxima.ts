import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime, toEpochMs, type Period } from '../../times.ts'
import { createSourceListCondition, readSourcesOfResources } from '../polls/list-sources.ts'

/** The largest number of prefixes of a session on a UTC day. */
interface PrefixMaximum {
  /** start of the UTC day */
  day: EpochMs
  count: number
}

/** Returns the maximum number of prefixes per day for the session of a path. Days without data have no row. */
export async function readPrefixMaxima(
  db: SqlExecutor,
  query: Period & { scope: string; subresource: string; neighbor: string },
): Promise<PrefixMaximum[]> {
  const { rows } = await db.query<{ day: Date; count: number }>(
    `SELECT days.day, max(x.prefixes_received)::int AS count
     FROM session se
     JOIN source s ON s.id = se.source_id
     JOIN session_prefixes_span x ON (x.source_id, x.session_id) = (se.source_id, se.id)
     JOIN generate_series(date_trunc('day', $4::timestamptz, 'UTC'), $5::timestamptz, interval '1 day') AS days (day)
       ON x.first_present < days.day + interval '1 day' AND coalesce(x.first_absent, $5::timestamptz) >= days.day
     WHERE ${createSourceListCondition('se.source_id', 1)} AND ${createSourceListCondition('x.source_id', 1)} AND s.subresource = $2 AND se.neighbor = $3 AND se.kind = 'summary'
     GROUP BY days.day ORDER BY days.day`,
    [
      await readSourcesOfResources(db, query.scope),
      query.subresource,
      query.neighbor,
      formatIsoTime(query.from),
      formatIsoTime(query.to),
    ],
  )
  return rows.map(({ day, count }) => ({ day: toEpochMs(day), count }))
}
