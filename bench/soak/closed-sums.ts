import type { EpochMs } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'

const DAY = 86_400_000

/** Bytes of a day or month of a series, by its key. */
export type ClosedSums = ReadonlyMap<string, string>

/** The sums of all days and months that ended at least a day ago: nothing may change them any more. */
export async function closedSums({ pool }: Database, now: EpochMs): Promise<ClosedSums> {
  const { rows } = await pool.query<{ key: string; bytes: string }>(
    `SELECT concat_ws(' ', source_id, series_id, CASE step WHEN 3 THEN 'day' ELSE 'month' END, starts_at) AS key,
            concat_ws(' ', bytes_in, bytes_out, in_covered_ms, out_covered_ms) AS bytes
     FROM usage_bucket
     WHERE step IN (3, 4) AND starts_at + CASE step WHEN 3 THEN interval '1 day' ELSE interval '1 month' END <= $1`,
    [new Date(now - DAY)],
  )
  return new Map(rows.map(({ key, bytes }) => [key, bytes]))
}

/** Those that differ from what they were; what is no longer kept does not. */
export function changedSums(before: ClosedSums, now: ClosedSums): string[] {
  return [...before].flatMap(([key, bytes]) => {
    const is = now.get(key)
    return is === undefined || is === bytes ? [] : [`${key}: ${bytes} became ${is}`]
  })
}
