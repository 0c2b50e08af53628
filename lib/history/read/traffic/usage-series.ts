import { armTypes, type EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { parseRollupState } from '../../rollup/rollup-state.ts'
import { readCounterSamplesAfter } from '../../rollup/counter-samples.ts'
import {
  type RollupState,
  type UsageDirection,
  type CounterGrowth,
  computeGrowths,
  EMPTY_ROLLUP_STATE,
} from '../../rollup/counter-growth.ts'
import {
  getOrCreateUsageBucket,
  type UsageBuckets,
  placeIndivisibleGrowth,
  spreadGrowth,
} from '../../rollup/apportion-growth.ts'
import { computeBucketEnd, type UsageBucketLength } from '../../rollup/rollup-steps.ts'
import type { UsageBasis, SeriesColumns } from '../../rollup/usage-series.ts'
import { getStepNumber } from '../../rollup/write-buckets.ts'
import { formatIsoTime, type Period } from '../../times.ts'

/** Bytes of a path in buckets, from one counter or one bit rate metric. */
export interface UsageSeries {
  path: string
  basis: UsageBasis
  /** true = the series belongs to a circuit or its peering, which has separate series for its paths */
  ofCircuit: boolean
  buckets: UsageBuckets
  /**
   * growth of the counter between two samples that are in different buckets, if its bytes cannot be divided over the
   * time. It belongs to no bucket.
   */
  unplaced: CounterGrowth[]
}

/**
 * A bucket as an array, because there are many: start, bytes in, bytes out, covered ms in, covered ms out, and for each
 * direction whether the bytes are only a lower bound.
 */
type BucketTuple = [number, string, string, number, number, boolean, boolean]
type GapTuple = [UsageDirection, number, number, string, boolean]

interface Row extends SeriesColumns {
  basis: UsageBasis
  of_circuit: boolean
  buckets: BucketTuple[] | null
  gaps: GapTuple[] | null
}

/**
 * Returns the usage buckets of a resource's series for the given intervals, with buckets of the given step. They
 * consist of stored buckets and of raw samples that were not added to stored buckets yet, so that they include the last
 * poll.
 * @param query.scope short ID of a circuit or connection
 * @param query.peering ARM name of a peering that has its own counters; absent = the whole resource
 * @param query.intervals aligned to the step, oldest first
 */
export async function readUsageSeries(
  db: SqlExecutor,
  query: { scope: string; peering?: string | undefined; step: UsageBucketLength; intervals: readonly Period[] },
): Promise<UsageSeries[]> {
  const { step, intervals } = query
  const rows = await rolledUp(db, query)
  // The buckets and the times up to which samples were added to them were read by one statement. Therefore each sample
  // is either in a bucket or after that time.
  const counters = rows.filter(({ basis }) => basis === 'counter')
  const states = counters.map(({ state, rolled_up_to: to }) => parseRollupState(state, to))
  const until = intervals.at(-1)?.to ?? 0
  const places = counters.map(({ source_id: sourceId, path }, i) => ({ sourceId, path, ...placeOf(states[i]) }))
  const wanted = states.some((state) => reaches(state, until))
  const samples = wanted ? await readCounterSamplesAfter(db, places) : []
  return rows.map((row) => {
    const i = counters.indexOf(row)
    const tail = computeGrowths(states[i] ?? EMPTY_ROLLUP_STATE, samples[i] ?? []).growths
    return seriesOf(row, tail, step, intervals)
  })
}

const placeOf = (state: RollupState | undefined) => ({ through: state?.through ?? null })

/** Reports whether samples that were not added to buckets yet can add bytes to a period that ends at `until`. */
function reaches({ in: lastIn, out: lastOut }: RollupState, until: EpochMs): boolean {
  return [lastIn, lastOut].some((last) => last === null || last.at < until)
}

async function rolledUp(
  db: SqlExecutor,
  { scope, peering = '', step, intervals }: Parameters<typeof readUsageSeries>[1],
): Promise<Row[]> {
  const { rows } = await db.query<Row>(
    `WITH place AS (
       SELECT so.id AS source_id, r.type = $6 AS of_circuit FROM source so JOIN resource r ON r.id = so.resource_id
       WHERE r.short_id = $1 AND so.subresource = $5),
     series AS (
       SELECT u.id, u.source_id, u.path, u.basis, u.last_readings AS state, u.rolled_up_to FROM usage_series u
       WHERE u.source_id = (SELECT source_id FROM place)
       UNION ALL
       SELECT NULL, c.source_id, c.path, 'counter', NULL, NULL
       FROM counter c
       WHERE c.source_id = (SELECT source_id FROM place) AND NOT EXISTS (SELECT FROM usage_series u
                         WHERE u.source_id = c.source_id AND u.basis = 'counter' AND u.path = c.path))
     SELECT s.source_id, s.path, s.basis, (SELECT of_circuit FROM place) AS of_circuit, s.state, s.rolled_up_to, b.buckets, g.gaps
     FROM series s
     LEFT JOIN LATERAL (
       SELECT json_agg(json_build_array(
                round(extract(epoch FROM b.starts_at) * 1000)::bigint, b.bytes_in::text, b.bytes_out::text,
                b.in_covered_ms, b.out_covered_ms, b.in_at_least, b.out_at_least)) AS buckets
       FROM unnest($3::timestamptz[], $4::timestamptz[]) AS w (from_at, to_at)
       JOIN usage_bucket b ON b.source_id = s.source_id AND b.series_id = s.id AND b.step = $2
         AND b.starts_at >= w.from_at AND b.starts_at < w.to_at) b ON true
     LEFT JOIN LATERAL (
       SELECT json_agg(json_build_array(
                g.direction, round(extract(epoch FROM g.from_at) * 1000)::bigint,
                round(extract(epoch FROM g.to_at) * 1000)::bigint, g.bytes::text, g.reset)) AS gaps
       FROM usage_gap g
       WHERE g.source_id = s.source_id AND g.series_id = s.id AND g.to_at > ($3::timestamptz[])[1]
         AND g.from_at < ($4::timestamptz[])[cardinality($4::timestamptz[])]) g ON true
     ORDER BY s.basis, s.path`,
    [
      scope,
      getStepNumber(step),
      intervals.map(({ from }) => formatIsoTime(from)),
      intervals.map(({ to }) => formatIsoTime(to)),
      peering,
      armTypes.circuit,
    ],
  )
  return rows
}

function seriesOf(
  row: Row,
  tail: readonly CounterGrowth[],
  step: UsageBucketLength,
  intervals: readonly Period[],
): UsageSeries {
  const buckets: UsageBuckets = new Map()
  for (const [start, bytesIn, bytesOut, inMs, outMs, inAtLeast, outAtLeast] of row.buckets ?? []) {
    const bucket = getOrCreateUsageBucket(buckets, start)
    bucket.in = { bytes: BigInt(bytesIn), coveredMs: inMs, atLeast: inAtLeast }
    bucket.out = { bytes: BigInt(bytesOut), coveredMs: outMs, atLeast: outAtLeast }
  }
  spreadGrowth(tail, step, buckets)
  const kept = (row.gaps ?? []).map(([direction, from, to, bytes, reset]): CounterGrowth => {
    return { direction, from, to, bytes: reset ? 0n : BigInt(bytes), reset, whole: true }
  })
  const unplaced = placeIndivisibleGrowth([...kept, ...tail], step, buckets)
  for (const start of buckets.keys()) if (!isIn(start, intervals)) buckets.delete(start)
  return {
    path: row.path,
    basis: row.basis,
    ofCircuit: row.of_circuit,
    buckets,
    unplaced: unplaced.filter(({ from, to }) => intervals.some((piece) => from < piece.to && to > piece.from)),
  }
}

function isIn(start: EpochMs, intervals: readonly Period[]): boolean {
  return intervals.some(({ from, to }) => start >= from && start < to)
}

/** Returns the intervals of buckets, merging adjacent ones. */
export function mergeBucketIntervals(step: UsageBucketLength, starts: readonly EpochMs[]): Period[] {
  const intervals: Period[] = []
  for (const start of starts.toSorted((a, b) => a - b)) {
    const last = intervals.at(-1)
    if (last && last.to === start) last.to = computeBucketEnd(step, start)
    else intervals.push({ from: start, to: computeBucketEnd(step, start) })
  }
  return intervals
}
