import { type EpochMs, MAX_METRIC_AGE_MS, type MetricRow, MIN_METRIC_AGE_MS } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'

/**
 * Returns the key of a series within its source. The buckets of a series share their dimensions, whose text is created
 * once because a poll has hundreds of buckets.
 */
type SeriesKey = (series: Pick<MetricRow, 'metric' | 'grainSeconds' | 'dimensions'>) => string

/** @returns a function for one poll, which caches the texts it created */
export function createSeriesKeyBuilder(): SeriesKey {
  const texts = new Map<MetricRow['dimensions'], string>()
  return ({ metric, grainSeconds, dimensions }) => {
    let text = texts.get(dimensions)
    if (text === undefined) {
      text = JSON.stringify(Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      texts.set(dimensions, text)
    }
    return `${metric} ${grainSeconds} ${text}`
  }
}

/**
 * Age of a bucket up to which it is kept for the comparison with the next poll. This is the age up to which polls read
 * buckets again, plus ten minutes.
 */
const COMPARED_MS = MAX_METRIC_AGE_MS + 10 * MS_PER_MINUTE

/** A series with its newest evaluated bucket. */
export interface MetricSeries extends Pick<MetricRow, 'metric' | 'grainSeconds' | 'dimensions'> {
  /** database ID; null = the series is not stored yet */
  id: number | null
  /** newest evaluated bucket; null = no bucket is old enough to be evaluated */
  newest: Pick<MetricRow, 'at' | 'average' | 'maximum'> | null
  /**
   * age that a bucket of this series must have until its value is final, according to the buckets so far, milliseconds;
   * 0 = no value changed after it was read first
   */
  neededMs: number
  /** buckets that the last polls read, oldest first; the newest of them may still change */
  recent: readonly RecentBucket[]
}

/** A bucket as it was read last: its start, and its values as text ({@link formatBucketValues}). */
type RecentBucket = readonly [at: EpochMs, values: string]

/** Bucket that a poll read, with the ID of its series; `seriesId` null = a new series with the unit `row.unit` */
export interface PolledMetricBucket {
  seriesId: number | null
  /** key of the series within its source */
  series: string
  row: MetricRow
  /**
   * age in milliseconds that the series' buckets needed until they were final, as known after this poll (see {@link
   * MetricSeries.neededMs})
   */
  neededMs: number
}

/** Result of comparing a poll of metrics with the known series of its source. */
export interface MetricsComparison {
  /** each bucket of each series once; if a bucket occurs twice in the response, the later row is used */
  buckets: PolledMetricBucket[]
  /** the newest evaluated bucket of each series, unless a newer one was recorded before */
  newest: PolledMetricBucket[]
  /** every known series after the poll */
  after: MetricSeries[]
  /** rows of the response that are old enough to be complete, in the order of the response */
  evaluated: MetricRow[]
}

/**
 * Compares the buckets of a poll with the previous poll, and finds the buckets that are old enough to be complete.
 * Azure Monitor first reports its newest buckets as zeros or incompletely, and revises them later. A bucket is
 * evaluated when it is older than the greatest age at which a later poll still changed or added a bucket of the same
 * metric, and at least three minutes old.
 * @param known every series of the source
 * @param poll.readAt start of the previous poll; null = there is none, or it was not complete
 */
export function compareMetrics(
  known: readonly MetricSeries[],
  rows: readonly MetricRow[],
  poll: { startedAt: EpochMs; readAt: EpochMs | null },
): MetricsComparison {
  const key = createSeriesKeyBuilder()
  const byKey = new Map(known.map((series) => [key(series), series]))
  const read = new Map<string, Map<EpochMs, MetricRow>>()
  for (const row of rows) {
    const series = key(row)
    const own = read.get(series) ?? new Map<EpochMs, MetricRow>()
    read.set(series, own)
    own.set(row.at, row)
  }
  const seenUntil = newestByMetric(known)
  const stepped = [...read].map(([series, byTime]) => {
    const own = [...byTime.values()]
    const before = byKey.get(series) ?? null
    const until = seenUntil.get(own[0]?.metric ?? '') ?? null
    return { series, own, before, neededMs: before ? neededAge(before, own, until, poll.readAt) : 0 }
  })
  const ages = new Map<string, number>()
  const needs = [...known.map(({ metric, neededMs }) => [metric, neededMs] as const), ...stepped.map(needOf)]
  for (const [metric, neededMs] of needs) ages.set(metric, Math.max(MIN_METRIC_AGE_MS, ages.get(metric) ?? 0, neededMs))
  const isComplete = ({ metric, at, grainSeconds }: MetricRow) =>
    at + grainSeconds * 1_000 + (ages.get(metric) ?? MIN_METRIC_AGE_MS) <= poll.startedAt
  const buckets = stepped.map(({ series, own, before, neededMs }) =>
    own.map((row): PolledMetricBucket => ({ seriesId: before?.id ?? null, series, row, neededMs })),
  )
  const newest = stepped.flatMap(({ before }, n) => newestOf(buckets[n] ?? [], before, isComplete) ?? [])
  const newestRows = new Map(newest.map(({ series, row }) => [series, row]))
  const changed = new Map(
    stepped.map(({ series, own, before, neededMs }) => {
      const row = newestRows.get(series)
      const [first] = own
      const { metric, grainSeconds, dimensions } = before ?? first ?? { metric: '', grainSeconds: 0, dimensions: {} }
      const after: MetricSeries = {
        id: before?.id ?? null,
        metric,
        grainSeconds,
        dimensions,
        newest: row ? { at: row.at, average: row.average, maximum: row.maximum } : (before?.newest ?? null),
        neededMs,
        recent: recentAfter(before?.recent ?? [], own),
      }
      return [series, after]
    }),
  )
  const others = [...byKey].flatMap(([name, series]) => (changed.has(name) ? [] : [series]))
  return {
    buckets: buckets.flat(),
    newest,
    after: [...others, ...changed.values()],
    evaluated: rows.filter(isComplete),
  }
}

const needOf = ({ own, neededMs }: { own: readonly MetricRow[]; neededMs: number }) =>
  [own[0]?.metric ?? '', neededMs] as const

/** Returns the start of the newest bucket of each metric in the previous poll, over all series of the metric. */
function newestByMetric(known: readonly MetricSeries[]): Map<string, EpochMs> {
  const newest = new Map<string, EpochMs>()
  for (const { metric, recent } of known) {
    const at = recent.at(-1)?.[0]
    if (at !== undefined) newest.set(metric, Math.max(at, newest.get(metric) ?? at))
  }
  return newest
}

/**
 * Returns the age from which the buckets of a series have so far been final. The age rises if this poll changed a
 * bucket, or added a bucket that the previous poll could already have read.
 */
function neededAge(
  { recent, neededMs }: MetricSeries,
  rows: readonly MetricRow[],
  seenUntil: EpochMs | null,
  readAt: EpochMs | null,
): number {
  const [first] = recent
  if (readAt === null || first === undefined || seenUntil === null) return neededMs
  const before = new Map(recent)
  return rows.reduce((needed, row) => {
    const values = before.get(row.at)
    const isLate = values === undefined && row.at > first[0] && row.at <= seenUntil
    if (!isLate && (values === undefined || values === formatBucketValues(row))) return needed
    const age = readAt - row.at - row.grainSeconds * 1_000
    const enough = age < 0 ? 0 : (Math.floor(age / MS_PER_MINUTE) + 1) * MS_PER_MINUTE
    return Math.max(needed, Math.min(MAX_METRIC_AGE_MS, enough))
  }, neededMs)
}

/**
 * Returns the newest bucket of this poll that is old enough to be evaluated. The bucket that was already the newest
 * before is returned again, with the values of this poll, because Azure may have revised them. Null if this poll
 * contains neither.
 */
function newestOf(
  buckets: readonly PolledMetricBucket[],
  before: MetricSeries | null,
  isComplete: (row: MetricRow) => boolean,
): PolledMetricBucket | null {
  const least = before?.newest?.at ?? Number.NEGATIVE_INFINITY
  return buckets.reduce<PolledMetricBucket | null>((newest, bucket) => {
    const { row } = bucket
    if (row.at < (newest?.row.at ?? least) || !(row.at === least || isComplete(row))) return newest
    return bucket
  }, null)
}

function recentAfter(before: readonly RecentBucket[], rows: readonly MetricRow[]): RecentBucket[] {
  const all = new Map(before)
  for (const row of rows) all.set(row.at, formatBucketValues(row))
  const newest = Math.max(...all.keys())
  return [...all].filter(([at]) => at >= newest - COMPARED_MS).toSorted(([a], [b]) => a - b)
}

/** Returns the values of a bucket as a text for comparison. */
export const formatBucketValues = ({
  average,
  maximum,
  minimum,
  total,
}: Pick<MetricRow, 'average' | 'maximum' | 'minimum' | 'total'>): string => `${average}~${maximum}~${minimum}~${total}`
