import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  chooseUsageSource,
  composeMixedBucket,
  compareUsageSources,
  type UsageSourceDifferences,
  areShorterBucketsNeeded,
  sumCircuitBuckets,
  sumPathBuckets,
  type UsageBucketBySource,
  type ChosenUsageBucket,
} from '../../rollup/choose-usage-source.ts'
import type { CounterGrowth } from '../../rollup/counter-growth.ts'
import { GLOBAL_REACH_PATH } from '../../rollup/metric-flow.ts'
import {
  computeBucketEnd,
  computeBucketStart,
  listBucketStarts,
  getShorterStep,
  type UsageBucketLength,
} from '../../rollup/rollup-steps.ts'
import type { Period } from '../../times.ts'
import { mergeBucketIntervals, type UsageSeries, readUsageSeries } from './usage-series.ts'

interface UsageQuery extends Period {
  /** short ID of a circuit or connection */
  scope: string
  /** ARM name of a peering that has its own counters; absent = all peerings together */
  peering?: string | undefined
  step: UsageBucketLength
  /** only this path; absent = the sum of all paths */
  path?: string | undefined
}

export interface UsageOverTime {
  /** every bucket that overlaps [from, to), with and without data */
  points: (ChosenUsageBucket & { difference: UsageSourceDifferences | null })[]
  /**
   * growth of counters between two samples that are in different buckets, if its bytes cannot be divided over the time.
   * It is in none of the points.
   */
  unplaced: CounterGrowth[]
}

/**
 * Returns bytes of a resource over time. Each bucket comes from counters or, if they cover more, from metrics. A bucket
 * that counters cover only partly is read in shorter steps, so that metrics fill only the missing times.
 */
export async function readUsage(db: SqlExecutor, query: UsageQuery): Promise<UsageOverTime> {
  const { step } = query
  const starts = listBucketStarts(step, query.from, query.to)
  const { measured, series } = await readMeasured(db, query, step, starts)
  const points = await choose(db, query, step, measured)
  return {
    points: points.map((point, i) => ({ ...point, difference: measured[i] ? compareUsageSources(measured[i]) : null })),
    unplaced: series
      .flatMap(({ basis, unplaced }) => (basis === 'counter' ? unplaced : []))
      .toSorted((a, b) => a.from - b.from || (a.direction < b.direction ? -1 : 1)),
  }
}

type UsageRequest = Pick<UsageQuery, 'scope' | 'peering' | 'path'>

async function readMeasured(
  db: SqlExecutor,
  { scope, peering, path }: UsageRequest,
  step: UsageBucketLength,
  starts: readonly EpochMs[],
): Promise<{ measured: UsageBucketBySource[]; series: UsageSeries[] }> {
  if (starts.length === 0) return { measured: [], series: [] }
  const all = await readUsageSeries(db, { scope, peering, step, intervals: mergeBucketIntervals(step, starts) })
  const series = all.filter((one) => (path === undefined ? isOfWhole(one, all) : one.path === path))
  const of = (basis: UsageSeries['basis']) => series.filter((one) => one.basis === basis)
  const [counters, metrics] = [of('counter'), of('metric')]
  const sum = (start: EpochMs, list: UsageSeries[]) =>
    sumPathBuckets(
      start,
      list.map(({ buckets }) => buckets.get(start)),
    )
  const isWholeCircuit = path === undefined && metrics.some(({ ofCircuit }) => ofCircuit)
  const rates = (start: EpochMs) =>
    isWholeCircuit
      ? sumCircuitBuckets(start, new Map(metrics.map((one) => [one.path, one.buckets.get(start)])))
      : sum(start, metrics)
  const measured = starts.map((start) => ({ start, counter: sum(start, counters), metric: rates(start) }))
  return { measured, series }
}

/**
 * Reports whether a series is included in the usage of the whole resource. Global Reach traffic is not, because it is
 * already included in the paths. A tunnel's counter is not, if the connection has its own counter (''), which includes
 * its tunnels.
 */
function isOfWhole({ path, basis }: UsageSeries, all: readonly UsageSeries[]): boolean {
  if (path === GLOBAL_REACH_PATH) return false
  if (basis === 'metric' || !path.startsWith('tunnel/')) return true
  return !all.some((other) => other.basis === 'counter' && other.path === '')
}

async function choose(
  db: SqlExecutor,
  asked: UsageRequest,
  step: UsageBucketLength,
  measured: readonly UsageBucketBySource[],
): Promise<ChosenUsageBucket[]> {
  const finer = getShorterStep(step)
  const mixed = finer === null ? [] : measured.filter(areShorterBucketsNeeded)
  if (finer === null || mixed.length === 0) return measured.map(chooseUsageSource)
  const starts = mixed.flatMap(({ start }) => listBucketStarts(finer, start, computeBucketEnd(step, start)))
  const parts = await choose(db, asked, finer, (await readMeasured(db, asked, finer, starts)).measured)
  const byBucket = Map.groupBy(parts, ({ start }) => computeBucketStart(step, start))
  return measured.map((one) =>
    areShorterBucketsNeeded(one) ? composeMixedBucket(one, byBucket.get(one.start) ?? []) : chooseUsageSource(one),
  )
}
