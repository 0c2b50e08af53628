import type { MetricRow } from '#lib/contract/index.ts'

/** Names a series, in its source. The buckets of one share their dimensions, whose text is made once: a poll has hundreds of buckets. */
export type SeriesKey = (series: Pick<MetricRow, 'metric' | 'grainSeconds' | 'dimensions'>) => string

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

/** A bucket of a series that is known. */
export interface KnownBucket {
  sourceId: number
  seriesId: number
  row: MetricRow
}

/**
 * The buckets of a poll with their series, each moment of each once: where one comes twice, the later row counts.
 * @returns null where a row's series is not among `ids`
 */
export function knownBuckets(
  sourceId: number,
  rows: readonly MetricRow[],
  key: SeriesKey,
  ids: ReadonlyMap<string, number>,
): KnownBucket[] | null {
  const buckets = new Map<string, KnownBucket>()
  for (const row of rows) {
    const seriesId = ids.get(key(row))
    if (seriesId === undefined) return null
    buckets.set(`${seriesId} ${row.at}`, { sourceId, seriesId, row })
  }
  return [...buckets.values()]
}

/** The newest bucket of each series, by series. */
export function newestBuckets(buckets: readonly KnownBucket[]): KnownBucket[] {
  const newest = new Map<number, KnownBucket>()
  for (const bucket of buckets) {
    const known = newest.get(bucket.seriesId)
    if (!known || known.row.at < bucket.row.at) newest.set(bucket.seriesId, bucket)
  }
  return [...newest.values()].toSorted((a, b) => a.seriesId - b.seriesId)
}
