import type { EpochMs, MetricRow } from '#lib/contract/index.ts'

/** Names a series, in its source. The buckets of one share their dimensions, whose text is made once: a poll has hundreds of buckets. */
type SeriesKey = (series: Pick<MetricRow, 'metric' | 'grainSeconds' | 'dimensions'>) => string

/** @returns for one poll: it keeps the texts that it made */
export function seriesKeys(): SeriesKey {
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

/** A series with its newest recorded bucket. */
export interface MetricSeries extends Pick<MetricRow, 'metric' | 'grainSeconds' | 'dimensions'> {
  id: number
  /** null = none is recorded */
  newest: Pick<MetricRow, 'at' | 'average' | 'maximum'> | null
}

/** A bucket, and the number of its series; null = a series that is new, of `row.unit` */
export interface ReadBucket {
  seriesId: number | null
  /** {@link SeriesKey} */
  series: string
  row: MetricRow
}

/** What a poll makes of the metrics of its source. */
export interface SteppedMetrics {
  /** each moment of each series once: where one comes twice, the later row counts */
  buckets: ReadBucket[]
  /** of `buckets`, the newest of each series, where none that is newer was recorded before */
  newest: ReadBucket[]
  /** every series that was known */
  after: MetricSeries[]
}

/** @param known every series of the source */
export function stepMetrics(known: readonly MetricSeries[], rows: readonly MetricRow[]): SteppedMetrics {
  const key = seriesKeys()
  const byKey = new Map(known.map((series) => [key(series), series]))
  const read = new Map<
    string,
    { seriesId: number | null; byTime: Map<EpochMs, ReadBucket>; newest: ReadBucket | null }
  >()
  for (const row of rows) {
    const series = key(row)
    const before = byKey.get(series)
    const own = read.get(series) ?? { seriesId: before?.id ?? null, byTime: new Map(), newest: null }
    read.set(series, own)
    const bucket = { seriesId: own.seriesId, series, row }
    own.byTime.set(row.at, bucket)
    if (row.at >= (own.newest?.row.at ?? before?.newest?.at ?? row.at)) own.newest = bucket
  }
  return {
    buckets: [...read.values()].flatMap(({ byTime }) => [...byTime.values()]),
    newest: [...read.values()].flatMap(({ newest }) => newest ?? []),
    after: [...byKey].map(([name, series]) => ({
      ...series,
      newest: newestOf(read.get(name)?.newest) ?? series.newest,
    })),
  }
}

/** What is remembered of a bucket. */
const newestOf = (bucket: ReadBucket | null | undefined): MetricSeries['newest'] =>
  bucket ? { at: bucket.row.at, average: bucket.row.average, maximum: bucket.row.maximum } : null
