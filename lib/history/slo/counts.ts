import {
  burnWindows,
  type EpochMs,
  SLO_BUCKET_SECONDS,
  SLO_WINDOW_SECONDS,
  type SloCounted,
  type SloCounts,
  type SloKey,
  sloKeys,
  slos,
} from '#lib/contract/index.ts'
import { type Queryable, readRows } from '#lib/platform/queryable.ts'

/** The bucket of an instant, which is an expression. */
const bucketOf = (instant: string) =>
  `date_bin(make_interval(secs => ${SLO_BUCKET_SECONDS}), ${instant}, timestamptz 'epoch')`

/** A sample that is older than this is followed by the next: whoever comes first takes one a minute. */
const SAMPLE_SECONDS = 50

/** Adds what was counted since the last time, to the bucket of now. */
export async function addSloCounts(q: Queryable, counted: ReadonlyMap<SloKey, SloCounts>): Promise<void> {
  const rows = [...counted].filter(([, { total }]) => total > 0)
  if (rows.length === 0) return
  await q.query(
    `INSERT INTO slo_count AS c (slo, bucket, good, total, counted_at)
     SELECT slo, ${bucketOf('clock_timestamp()')}, good, total, clock_timestamp()
     FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS n (slo, good, total)
     ON CONFLICT (slo, bucket) DO UPDATE
     SET good = c.good + excluded.good, total = c.total + excluded.total, counted_at = excluded.counted_at`,
    [rows.map(([key]) => key), rows.map(([, { good }]) => good), rows.map(([, { total }]) => total)],
  )
}

/** Counts the polls on the timetable that are in time, unless another process did so within the last minute. */
export async function samplePollsInTime(q: Queryable): Promise<void> {
  await q.query(
    `INSERT INTO slo_count AS c (slo, bucket, good, total, counted_at)
     SELECT $1, ${bucketOf('clock_timestamp()')},
            count(*) FILTER (WHERE next_at BETWEEN clock_timestamp() - make_interval(secs => greatest(every_seconds, $2))
                                               AND clock_timestamp() + make_interval(secs => every_seconds + 3600)),
            count(*), clock_timestamp()
     FROM poll_schedule HAVING count(*) > 0
     ON CONFLICT (slo, bucket) DO UPDATE
     SET good = c.good + excluded.good, total = c.total + excluded.total, counted_at = excluded.counted_at
     WHERE c.counted_at < excluded.counted_at - make_interval(secs => $3)`,
    ['polls_in_time' satisfies SloKey, slos.polls_in_time.withinSeconds, SAMPLE_SECONDS],
  )
}

/**
 * Counts again what is known of each bucket by itself: written twice it is the same.
 * @param counted by the start of a bucket
 */
export async function setSloCounts(
  q: Queryable,
  key: SloKey,
  counted: readonly (SloCounts & { bucket: EpochMs })[],
): Promise<void> {
  if (counted.length === 0) return
  await q.query(
    `INSERT INTO slo_count (slo, bucket, good, total, counted_at)
     SELECT $1, to_timestamp(bucket / 1000.0), good, total, clock_timestamp()
     FROM unnest($2::float8[], $3::bigint[], $4::bigint[]) AS n (bucket, good, total)
     ON CONFLICT (slo, bucket) DO UPDATE
     SET good = excluded.good, total = excluded.total, counted_at = excluded.counted_at
     WHERE (slo_count.good, slo_count.total) IS DISTINCT FROM (excluded.good, excluded.total)`,
    [key, counted.map(({ bucket }) => bucket), counted.map(({ good }) => good), counted.map(({ total }) => total)],
  )
}

/** One pass over four weeks, whatever the number of windows: their bounds are $3 and those after it. */
const within = (column: 'good' | 'total'): string =>
  burnWindows.map((_, place) => `coalesce(sum(${column}) FILTER (WHERE bucket > $${place + 3}), 0)::float8`).join(', ')

const COUNTED = `
  SELECT slo, extract(epoch FROM min(bucket))::float8 * 1000 AS since, count(*)::int AS buckets,
         sum(good)::float8 AS good, sum(total)::float8 AS total,
         ARRAY[${within('good')}] AS recent_good, ARRAY[${within('total')}] AS recent_total
  FROM slo_count WHERE bucket > $1 AND bucket <= $2 GROUP BY slo`

/** What was counted of each objective within the window before `now`, and within each window of a burn rate, whole buckets. */
export async function readSloCounts(q: Queryable, now: EpochMs): Promise<Map<SloKey, SloCounted>> {
  const back = (seconds: number) => new Date(now - (seconds + SLO_BUCKET_SECONDS) * 1_000).toISOString()
  const rows = await readRows<
    Omit<SloCounted, 'recent'> & { slo: SloKey; recentGood: number[]; recentTotal: number[] }
  >(q, COUNTED, [back(SLO_WINDOW_SECONDS), new Date(now).toISOString(), ...burnWindows.map(back)])
  const found = new Map(rows.map((row) => [row.slo, row]))
  return new Map(
    sloKeys.map((key): [SloKey, SloCounted] => {
      const row = found.get(key)
      if (!row) return [key, { good: 0, total: 0, since: null, buckets: 0, recent: [] }]
      const { good, total, since, buckets, recentGood, recentTotal } = row
      const recent = recentTotal.map((all, index) => ({ good: recentGood[index] ?? 0, total: all }))
      return [key, { good, total, since, buckets, recent }]
    }),
  )
}

/** Drops the buckets that no window reaches any more. @param aged the time that rows are aged by before they are deleted */
export async function dropSloCounts(q: Queryable, aged: EpochMs): Promise<void> {
  await q.query(`DELETE FROM slo_count WHERE bucket < $2::timestamptz - make_interval(secs => $1)`, [
    SLO_WINDOW_SECONDS + 24 * 3_600,
    new Date(aged).toISOString(),
  ])
}
