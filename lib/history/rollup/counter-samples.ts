import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { HAS_READ_ROWS_CONDITION } from '../read/polls/coverage-at.ts'
import type { CounterSampleRow } from '../record/counters.ts'
import { computeMaxGapFreeMs } from '../record/poll-pace.ts'
import { formatIsoTime, toEpochMs, convertSecondsToMs } from '../times.ts'
import type { CounterPairSample } from './counter-growth.ts'

/** A counter, and the start of its last known sample, after which samples are requested. */
interface CounterPlace {
  sourceId: number
  path: string
  through: EpochMs | null
}

interface Row extends CounterSampleRow {
  place: number
  begins_after: number | null
  mbps: number | null
}

/**
 * SQL of the maximum rate of a counter's path: the circuit's bandwidth, or twice that if the counter includes both
 * paths. A circuit on an ExpressRoute Direct port is not limited to its bandwidth unless rate limiting is enabled, so
 * it has no maximum.
 */
const PATH_MBPS = `CASE WHEN jsonb_typeof(r.config -> 'bandwidthMbps') = 'number' AND r.config ->> 'portId' IS NULL
  THEN (r.config ->> 'bandwidthMbps')::float * CASE c.path WHEN '' THEN 2 ELSE 1 END END`

/**
 * Returns the raw samples of each counter after its last known sample, oldest first, in the order of the given
 * counters.
 * @param limit maximum number of samples per counter
 */
export async function readCounterSamplesAfter(
  db: SqlExecutor,
  places: readonly CounterPlace[],
  limit: number | null = null,
): Promise<CounterPairSample[][]> {
  const { rows } = await db.query<Row>(
    `SELECT w.place::int, s.started_at, s.finished_at, s.bytes_in::text, s.bytes_out::text,
            v.interval_seconds AS begins_after, ${PATH_MBPS} AS mbps
     FROM unnest($1::int[], $2::text[], $3::timestamptz[]) WITH ORDINALITY AS w (source_id, path, through, place)
     JOIN counter c ON c.source_id = w.source_id AND c.path = w.path
     JOIN source so ON so.id = c.source_id JOIN resource r ON r.id = so.resource_id
     CROSS JOIN LATERAL (
       SELECT * FROM counter_sample s
       WHERE s.source_id = c.source_id AND s.counter_id = c.id AND s.started_at > coalesce(w.through, '-infinity')
       ORDER BY s.started_at LIMIT $4) s
     LEFT JOIN coverage v ON v.source_id = s.source_id AND v.kind IN ('stats', 'connection') AND v.from_at = s.started_at
       AND ${HAS_READ_ROWS_CONDITION}
     WHERE c.source_id = ANY ($1::int[])
     ORDER BY w.place, s.started_at`,
    [
      places.map(({ sourceId }) => sourceId),
      places.map(({ path }) => path),
      places.map((p) => formatIsoTime(p.through)),
      limit,
    ],
  )
  const byPlace = Map.groupBy(rows, ({ place }) => place)
  return places.map(({ through }, i) => samplesOf(byPlace.get(i + 1) ?? [], through))
}

/**
 * Converts rows to samples. There is a gap before a sample if its poll begins a coverage interval and the time since
 * the previous sample is too long for the poll interval. A coverage interval that begins only because the outcome
 * changed is not a gap.
 */
function samplesOf(rows: readonly Row[], through: EpochMs | null): CounterPairSample[] {
  let before = through
  return rows.map((row) => {
    const startedAt = toEpochMs(row.started_at)
    const since = before === null ? 0 : startedAt - before
    before = startedAt
    return {
      startedAt,
      finishedAt: toEpochMs(row.finished_at),
      bytesIn: row.bytes_in === null ? null : BigInt(row.bytes_in),
      bytesOut: row.bytes_out === null ? null : BigInt(row.bytes_out),
      mbps: row.mbps,
      afterGap: row.begins_after !== null && since > computeMaxGapFreeMs(convertSecondsToMs(row.begins_after)),
    }
  })
}
