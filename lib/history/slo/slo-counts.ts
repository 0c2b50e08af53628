import {
  BURN_WINDOW_SECONDS,
  type EpochMs,
  SLO_BUCKET_SECONDS,
  SLO_WINDOW_SECONDS,
  type SloCountsByWindow,
  type SloCounts,
  type SloKey,
  sloKeys,
  sloDefinitions,
} from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'

/**
 * Returns SQL of the start of the bucket that contains a time.
 * @param instant SQL expression of the time
 */
const bucketOf = (instant: string) =>
  `date_bin(make_interval(secs => ${SLO_BUCKET_SECONDS}), ${instant}, timestamptz 'epoch')`

/**
 * Minimum age of a sample before the next one is taken, seconds. Any process may take the next one, so there is about
 * one sample per minute.
 */
const SAMPLE_SECONDS = 50

/** Adds counts of good and all observations to the bucket of the current time. */
export async function addSloCounts(q: SqlExecutor, counted: ReadonlyMap<SloKey, SloCounts>): Promise<void> {
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

/**
 * Counts which of the scheduled polls are in time, and adds the numbers to the current bucket. Does nothing if any
 * process added such numbers within the last {@link SAMPLE_SECONDS}.
 */
export async function countPollsInTime(q: SqlExecutor): Promise<void> {
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
    ['polls_in_time' satisfies SloKey, sloDefinitions.polls_in_time.withinSeconds, SAMPLE_SECONDS],
  )
}

/**
 * Replaces the counts of each given bucket, so that repeated calls give the same result.
 * @param counted counts by the start of a bucket
 */
export async function replaceSloCounts(
  q: SqlExecutor,
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

/**
 * Returns SQL of the sums of a column for all windows of burn rates, so that one pass over four weeks of rows is
 * enough. The begins of the windows are the parameters from $3 on.
 */
const within = (column: 'good' | 'total'): string =>
  BURN_WINDOW_SECONDS.map(
    (_, place) => `coalesce(sum(${column}) FILTER (WHERE bucket > $${place + 3}), 0)::float8`,
  ).join(', ')

const COUNTED = `
  SELECT slo, extract(epoch FROM min(bucket))::float8 * 1000 AS since, count(*)::int AS buckets,
         sum(good)::float8 AS good, sum(total)::float8 AS total,
         ARRAY[${within('good')}] AS recent_good, ARRAY[${within('total')}] AS recent_total
  FROM slo_count WHERE bucket > $1 AND bucket <= $2 GROUP BY slo`

/**
 * Returns the counts of each objective in the objective's window before `now` and in each window of a burn rate. All
 * windows consist of whole buckets.
 */
export async function readSloCounts(q: SqlExecutor, now: EpochMs): Promise<Map<SloKey, SloCountsByWindow>> {
  const back = (seconds: number) => new Date(now - (seconds + SLO_BUCKET_SECONDS) * 1_000).toISOString()
  const rows = await queryRowsInCamelCase<
    Omit<SloCountsByWindow, 'recent'> & { slo: SloKey; recentGood: number[]; recentTotal: number[] }
  >(q, COUNTED, [back(SLO_WINDOW_SECONDS), new Date(now).toISOString(), ...BURN_WINDOW_SECONDS.map(back)])
  const found = new Map(rows.map((row) => [row.slo, row]))
  return new Map(
    sloKeys.map((key): [SloKey, SloCountsByWindow] => {
      const row = found.get(key)
      if (!row) return [key, { good: 0, total: 0, since: null, buckets: 0, recent: [] }]
      const { good, total, since, buckets, recentGood, recentTotal } = row
      const recent = recentTotal.map((all, index) => ({ good: recentGood[index] ?? 0, total: all }))
      return [key, { good, total, since, buckets, recent }]
    }),
  )
}

/**
 * Deletes the buckets that are too old for every window.
 * @param aged deletion time, from which the age of rows is counted
 */
export async function deleteOldSloCounts(q: SqlExecutor, aged: EpochMs): Promise<void> {
  await q.query(`DELETE FROM slo_count WHERE bucket < $2::timestamptz - make_interval(secs => $1)`, [
    SLO_WINDOW_SECONDS + 24 * 3_600,
    new Date(aged).toISOString(),
  ])
}
