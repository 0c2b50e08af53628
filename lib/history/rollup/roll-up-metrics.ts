import type { PoolClient } from 'pg'
import {
  getMetricHubConnection,
  type EpochMs,
  hubByteMetrics,
  formatHubConnectionPath,
  hubRateMetrics,
  isGlobalReachMetric,
  type MetricRow,
  findMetricCircuitPath,
  parsePeeringType,
  peeringNames,
} from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { formatIsoTime, toEpochMs } from '../times.ts'
import {
  convertRatesToBuckets,
  type RateSample,
  rateMetrics,
  GLOBAL_REACH_PATH,
  DEVICE_ROLE_PATH_PREFIX,
} from './metric-flow.ts'
import { createSeriesKeyBuilder } from '../record/metric-series.ts'
import type { UsageBuckets } from './apportion-growth.ts'
import { computeBucketEnd, computeBucketStart } from './rollup-steps.ts'
import { lockUsageSeries } from './usage-series.ts'
import { setUsageBuckets, getStepNumber } from './write-buckets.ts'

/** Time whose samples are read again, because Azure Monitor corrects its newest buckets for some minutes. */
const REVISED_MS = 60 * 60_000
const METRICS = Object.keys(rateMetrics)

/** A bit rate (in bit/s) from a poll or from the fetched past. Metrics that count bytes are converted to a rate. */
export type BitRateRow = Pick<MetricRow, 'metric' | 'dimensions' | 'at' | 'grainSeconds' | 'average'>

/**
 * Updates the usage buckets of bit rates from raw samples. 5-minute buckets are replaced instead of added to, and
 * longer buckets are summed again from them, so that the call can be repeated (ADR 0142).
 * @param signal stops it between two sources
 * @returns number of sources with new samples
 */
export async function rollUpMetrics(db: Database, signal?: AbortSignal): Promise<number> {
  const waiting = await waitingSources(db)
  let done = 0
  for (const { sourceId, from } of waiting) {
    if (signal?.aborted) break
    await db.transaction(async (client) => {
      const isNew = (await peeringsOf(client, sourceId)).some(({ hasRates }) => !hasRates)
      const rows = await rawRates(client, sourceId, isNew ? null : from)
      await recordRates(client, sourceId, rows)
      const newest = rows.reduce((latest, { at }) => Math.max(latest, at), 0)
      await client.query(`UPDATE usage_series SET rolled_up_to = $2 WHERE source_id = $1 AND basis = 'metric'`, [
        sourceId,
        formatIsoTime(computeBucketStart('5m', newest)),
      ])
    })
    done++
  }
  return done
}

/**
 * Returns sources that have bit rates in a later 5-minute bucket than their newest stored one. `from` = time from which
 * their samples are read again; null = all samples.
 */
async function waitingSources(db: Database): Promise<{ sourceId: number; from: EpochMs | null }[]> {
  const { rows } = await db.pool.query<{ source_id: number; from_at: Date | null }>(
    `SELECT m.source_id, min(u.rolled_up_to) AS from_at
     FROM metric_series m LEFT JOIN usage_series u ON u.source_id = m.source_id AND u.basis = 'metric'
     WHERE m.metric = ANY ($1) AND m.at IS NOT NULL
     GROUP BY m.source_id
     HAVING max(m.at) >= coalesce(max(u.rolled_up_to) + interval '5 minutes', '-infinity')
     ORDER BY m.source_id`,
    [METRICS],
  )
  return rows.map((row) => ({ sourceId: row.source_id, from: row.from_at && toEpochMs(row.from_at) - REVISED_MS }))
}

async function rawRates(client: PoolClient, sourceId: number, from: EpochMs | null): Promise<BitRateRow[]> {
  const { rows } = await client.query<
    Pick<BitRateRow, 'metric' | 'dimensions'> & { grain_seconds: number; at: Date; average: number }
  >(
    `SELECT m.metric, m.dimensions, m.grain_seconds, s.at, coalesce(s.average, s.total * 8 / m.grain_seconds) AS average
     FROM metric_series m JOIN metric_sample s ON s.source_id = m.source_id AND s.series_id = m.id AND s.at <= m.at
     WHERE m.source_id = $1 AND m.metric = ANY ($2) AND s.at >= coalesce($3::timestamptz, '-infinity')
       AND coalesce(s.average, s.total) IS NOT NULL`,
    [sourceId, METRICS, from === null ? null : formatIsoTime(computeBucketStart('5m', from))],
  )
  return rows.map(({ grain_seconds: grainSeconds, at, ...row }) => ({ ...row, grainSeconds, at: toEpochMs(at) }))
}

/**
 * Writes the bit rates of a source to usage buckets, in the caller's transaction: buckets of the whole resource and,
 * for a circuit, buckets of each peering that has its own counters. Rows of other metrics are skipped.
 * @param rows any grain and order
 */
export async function recordRates(client: PoolClient, sourceId: number, rows: readonly BitRateRow[]): Promise<void> {
  await recordSeries(client, sourceId, rows)
  for (const { id, kind } of await peeringsOf(client, sourceId))
    await recordSeries(
      client,
      id,
      rows.filter(({ dimensions }) => (dimensions.peeringtype ?? '').toLowerCase().includes(kind)),
    )
}

/** Returns the peerings of a circuit that are polled separately; empty for a circuit with one peering. */
async function peeringsOf(
  client: PoolClient,
  sourceId: number,
): Promise<{ id: number; kind: string; hasRates: boolean }[]> {
  const { rows } = await client.query<{ id: number; subresource: string; has_rates: boolean }>(
    `SELECT part.id, part.subresource,
            EXISTS (SELECT FROM usage_series u WHERE u.source_id = part.id AND u.basis = 'metric') AS has_rates
     FROM source whole JOIN source part ON part.resource_id = whole.resource_id
     WHERE whole.id = $1 AND whole.subresource = '' AND lower(part.subresource) = ANY ($2)
     ORDER BY part.id`,
    [sourceId, peeringNames.map((name) => name.toLowerCase())],
  )
  return rows.flatMap(({ id, subresource, has_rates: hasRates }) => {
    const kind = parsePeeringType(subresource)
    return kind === null ? [] : [{ id, kind, hasRates }]
  })
}

async function recordSeries(client: PoolClient, sourceId: number, rows: readonly BitRateRow[]): Promise<void> {
  const keyOf = createSeriesKeyBuilder()
  const rates = rows.flatMap((row) => rateOf(row, keyOf({ ...row, grainSeconds: 0 })))
  const byPath = Map.groupBy(rates, ({ path }) => path)
  if (byPath.size === 0) return
  const paths = [...byPath.keys()].toSorted()
  const series = await lockUsageSeries(
    client,
    'metric',
    paths.map((path) => ({ sourceId, path })),
  )
  const buckets = paths.map((path) => convertRatesToBuckets(byPath.get(path) ?? []))
  await setUsageBuckets(
    client,
    series.map(({ id }, i) => ({ sourceId, seriesId: id, buckets: buckets[i]?.values() ?? [] })),
  )
  const ids = series.map(({ id }) => id)
  await sumUp(client, sourceId, ids, spanOf(buckets))
}

function rateOf(
  { metric, dimensions, at, grainSeconds, average }: BitRateRow,
  series: string,
): (RateSample & { path: string })[] {
  const direction = rateMetrics[metric]
  if (direction === undefined || average === null || !(average >= 0)) return []
  const path = pathOf(metric, dimensions)
  return path === null ? [] : [{ path, series, direction, at, grainSeconds, average }]
}

/**
 * Returns the path under which a series is stored. '' = an ExpressRoute connection, which has no dimensions, or a
 * series of a circuit that was not requested by path or peering. For a circuit, such a series is only a lower bound of
 * its traffic (`sumCircuitBuckets`). Null = the series is not stored. This is the case for a hub's series without a
 * named connection, and for Global Reach without the other circuit, because that series is an average over several
 * circuits.
 */
function pathOf(metric: string, dimensions: BitRateRow['dimensions']): string | null {
  if (isGlobalReachMetric(metric)) return dimensions.peeredcircuitskey === undefined ? null : GLOBAL_REACH_PATH
  if (ofHubs.has(metric)) {
    const connection = getMetricHubConnection(dimensions)
    return connection && formatHubConnectionPath(connection)
  }
  const { peeringtype, devicerole } = dimensions
  if (peeringtype === undefined || devicerole === undefined) return ''
  return findMetricCircuitPath(dimensions) ?? `${DEVICE_ROLE_PATH_PREFIX}${devicerole.toLowerCase()}`
}

const ofHubs: ReadonlySet<string> = new Set([...Object.values(hubRateMetrics), ...Object.values(hubByteMetrics)])

function spanOf(buckets: readonly UsageBuckets[]): { from: EpochMs; to: EpochMs } {
  const starts = buckets.flatMap((one) => [...one.keys()])
  const from = starts.reduce((least, start) => Math.min(least, start), Number.POSITIVE_INFINITY)
  const to = starts.reduce((most, start) => Math.max(most, computeBucketEnd('5m', start)), 0)
  return { from, to }
}

/**
 * Sums hours from 5-minute buckets, days from hours and months from days, for all buckets that overlap [from, to). A
 * stored bucket that covers more time than the new sum is kept, because some of its parts are no longer stored.
 */
async function sumUp(
  client: PoolClient,
  sourceId: number,
  seriesIds: readonly number[],
  { from, to }: { from: EpochMs; to: EpochMs },
): Promise<void> {
  for (const step of ['hour', 'day', 'month'] as const) {
    const first = computeBucketStart(step, from)
    const last = computeBucketEnd(step, computeBucketStart(step, to - 1))
    await client.query(
      `INSERT INTO usage_bucket AS b (source_id, series_id, step, starts_at, bytes_in, bytes_out, in_covered_ms, out_covered_ms)
       SELECT source_id, series_id, $3::smallint, date_trunc($4, starts_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS start,
              sum(bytes_in), sum(bytes_out), sum(in_covered_ms), sum(out_covered_ms)
       FROM usage_bucket
       WHERE source_id = $1 AND series_id = ANY ($2) AND step = $3 - 1 AND starts_at >= $5 AND starts_at < $6
       GROUP BY source_id, series_id, start
       ON CONFLICT (source_id, series_id, step, starts_at) DO UPDATE
       SET bytes_in = excluded.bytes_in, bytes_out = excluded.bytes_out,
           in_covered_ms = excluded.in_covered_ms, out_covered_ms = excluded.out_covered_ms
       WHERE excluded.in_covered_ms + excluded.out_covered_ms >= b.in_covered_ms + b.out_covered_ms
         AND (b.bytes_in, b.bytes_out, b.in_covered_ms, b.out_covered_ms)
           IS DISTINCT FROM (excluded.bytes_in, excluded.bytes_out, excluded.in_covered_ms, excluded.out_covered_ms)`,
      [sourceId, seriesIds, getStepNumber(step), step, formatIsoTime(first), formatIsoTime(last)],
    )
  }
}
