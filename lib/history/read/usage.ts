import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import {
  chosen,
  composed,
  difference,
  type Differences,
  isMixed,
  sumOfPaths,
  type Reported,
  type UsagePoint,
} from '../rollup/choose.ts'
import type { Growth } from '../rollup/growth.ts'
import { bucketEnd, bucketStart, bucketStarts, finerStep, type UsageStep } from '../rollup/steps.ts'
import { intervalsOf, type UsageSeries, usageSeries } from './usage-series.ts'

export interface UsageQuery {
  /** short id of a circuit or connection */
  scope: string
  from: EpochMs
  to: EpochMs
  step: UsageStep
  /** one path only; all of them summed when not given */
  path?: string | undefined
}

export interface Usage {
  /** every bucket that touches [from, to), known or not */
  points: (UsagePoint & { difference: Differences | null })[]
  /** growth of counters that crosses a border of the step, so that it stands in no point */
  unplaced: Growth[]
}

/**
 * Bytes of a resource over time: from counters, and from metrics where these tell of more. A bucket that counters tell of in
 * part is looked into at finer steps, so that metrics fill only what is missing.
 */
export async function usage(db: Queryable, query: UsageQuery): Promise<Usage> {
  const { step } = query
  const starts = bucketStarts(step, query.from, query.to)
  const { reported, series } = await readReported(db, query, step, starts)
  const points = await choose(db, query, step, reported)
  return {
    points: points.map((point, i) => ({ ...point, difference: reported[i] ? difference(reported[i]) : null })),
    unplaced: series
      .flatMap(({ basis, unplaced }) => (basis === 'counter' ? unplaced : []))
      .toSorted((a, b) => a.from - b.from || (a.direction < b.direction ? -1 : 1)),
  }
}

type Asked = Pick<UsageQuery, 'scope' | 'path'>

async function readReported(
  db: Queryable,
  { scope, path }: Asked,
  step: UsageStep,
  starts: readonly EpochMs[],
): Promise<{ reported: Reported[]; series: UsageSeries[] }> {
  if (starts.length === 0) return { reported: [], series: [] }
  const all = await usageSeries(db, { scope, step, intervals: intervalsOf(step, starts) })
  const series = all.filter((one) => (path === undefined ? isOfWhole(one, all) : one.path === path))
  const of = (basis: UsageSeries['basis']) => series.filter((one) => one.basis === basis)
  const [counters, metrics] = [of('counter'), of('metric')]
  const sum = (start: EpochMs, list: UsageSeries[]) =>
    sumOfPaths(
      start,
      list.map(({ buckets }) => buckets.get(start)),
    )
  const reported = starts.map((start) => ({ start, counter: sum(start, counters), metric: sum(start, metrics) }))
  return { reported, series }
}

/** A connection has a counter of its own ('') beside those of its tunnels, which are parts of it. */
function isOfWhole({ path, basis }: UsageSeries, all: readonly UsageSeries[]): boolean {
  if (basis === 'metric' || !path.startsWith('tunnel/')) return true
  return !all.some((other) => other.basis === 'counter' && other.path === '')
}

async function choose(
  db: Queryable,
  asked: Asked,
  step: UsageStep,
  reported: readonly Reported[],
): Promise<UsagePoint[]> {
  const finer = finerStep(step)
  const mixed = finer === null ? [] : reported.filter(isMixed)
  if (finer === null || mixed.length === 0) return reported.map(chosen)
  const starts = mixed.flatMap(({ start }) => bucketStarts(finer, start, bucketEnd(step, start)))
  const parts = await choose(db, asked, finer, (await readReported(db, asked, finer, starts)).reported)
  const byBucket = Map.groupBy(parts, ({ start }) => bucketStart(step, start))
  return reported.map((one) => (isMixed(one) ? composed(one, byBucket.get(one.start) ?? []) : chosen(one)))
}
