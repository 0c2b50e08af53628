import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { CounterSampleRow } from '../../record/counters.ts'
import { toEpochMs } from '../../times.ts'
import type { CurrentCounter } from '../../types.ts'
import {
  createResourceCondition,
  SOURCE_COLUMNS,
  convertSourceRefRow,
  type SourceRefRow,
} from '../polls/list-sources.ts'

interface Row extends SourceRefRow, CounterSampleRow {
  path: string
  previous_started_at: Date | null
  previous_finished_at: Date | null
  previous_bytes_in: string | null
  previous_bytes_out: string | null
}

/**
 * Returns the last two samples of each cumulative counter in scope; the rate is computed from them. Bytes are exact
 * decimal strings.
 */
export async function readLatestCounters(
  db: SqlExecutor,
  query: { scope?: string | undefined },
): Promise<CurrentCounter[]> {
  const { rows } = await db.query<Row>(
    `SELECT ${SOURCE_COLUMNS}, c.path, c.started_at, c.finished_at, c.bytes_in::text, c.bytes_out::text,
            c.previous_started_at, c.previous_finished_at, c.previous_bytes_in::text, c.previous_bytes_out::text
     FROM counter c JOIN source s ON s.id = c.source_id JOIN resource r ON r.id = s.resource_id
     WHERE ${createResourceCondition(1)} AND c.started_at IS NOT NULL
     ORDER BY r.name, r.id, s.subresource, c.path`,
    [query.scope ?? null],
  )
  return rows.map((row) => ({
    ...convertSourceRefRow(row),
    counter: row.path,
    latest: {
      startedAt: toEpochMs(row.started_at),
      finishedAt: toEpochMs(row.finished_at),
      bytesIn: row.bytes_in,
      bytesOut: row.bytes_out,
    },
    previous:
      row.previous_started_at && row.previous_finished_at
        ? {
            startedAt: toEpochMs(row.previous_started_at),
            finishedAt: toEpochMs(row.previous_finished_at),
            bytesIn: row.previous_bytes_in,
            bytesOut: row.previous_bytes_out,
          }
        : null,
  }))
}
