import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { ArmOperationContext } from './context.ts'
import { ArmError } from './message.ts'
import type { MetricAggregation, SimulatedMetric, SimulatedMetricSeries } from './metric-series.ts'

/** ^Intervals of points that a metrics query may request, in milliseconds by their ISO 8601 name. */
export const SECONDS_BY_METRIC_TIME_GRAIN: Readonly<Record<string, number>> = {
  PT1M: MS_PER_MINUTE,
  PT5M: 5 * MS_PER_MINUTE,
  PT15M: 15 * MS_PER_MINUTE,
  PT30M: 30 * MS_PER_MINUTE,
  PT1H: 60 * MS_PER_MINUTE,
  PT6H: 360 * MS_PER_MINUTE,
  PT12H: 720 * MS_PER_MINUTE,
  P1D: 1440 * MS_PER_MINUTE,
}

/** Returns Azure Monitor's error for an invalid query. */
export const createInvalidMetricsQueryError = (message: string): ArmError => new ArmError(400, 'BadRequest', message)

export interface MetricsQuery {
  readonly from: number
  readonly to: number
  readonly interval: string
  readonly names: readonly string[]
  readonly aggregations: readonly MetricAggregation[]
  readonly split: Split
}

function time(text: string | undefined, fallback: number): number {
  const value = text ? Date.parse(text) : fallback
  if (Number.isNaN(value)) throw createInvalidMetricsQueryError(`The time '${text}' is invalid.`)
  return value
}

/**
 * Parses the parameters.
 * @throws ArmError 400
 */
export function parseMetricsQuery(c: ArmOperationContext): MetricsQuery {
  const get = (name: string): string | undefined => {
    for (const [key, value] of c.query) if (key.toLowerCase() === name) return value
    return undefined
  }
  const [first, last] = (get('timespan') ?? '').split('/')
  const to = time(last || get('endtime'), c.at)
  const from = time(first || get('starttime'), to - 60 * MS_PER_MINUTE)
  if (from >= to) throw createInvalidMetricsQueryError('The start of the timespan must lie before its end.')
  const interval = (get('interval') ?? 'PT1M').toUpperCase()
  if (!SECONDS_BY_METRIC_TIME_GRAIN[interval])
    throw createInvalidMetricsQueryError(
      `The interval '${interval}' is invalid. Valid are: ${Object.keys(SECONDS_BY_METRIC_TIME_GRAIN).join(', ')}.`,
    )
  const asked = (get('aggregation') ?? '').split(',').filter(Boolean)
  const all: MetricAggregation[] = ['Average', 'Minimum', 'Maximum', 'Total', 'Count']
  const aggregations = asked.map((text) => {
    const known = all.find((a) => a.toLowerCase() === text.trim().toLowerCase())
    if (!known)
      throw createInvalidMetricsQueryError(`The aggregation '${text}' is invalid. Valid are: ${all.join(', ')}.`)
    return known
  })
  const names = (get('metricnames') ?? '')
    .split(',')
    .map((n) => n.trim())
    .filter(Boolean)
  if (names.length > 20) throw createInvalidMetricsQueryError('At most 20 metrics in one call.')
  return { from, to, interval, names, aggregations, split: parseSplit(get('$filter') ?? get('filter') ?? '') }
}

/** ^Group of series that have the same values of the dimensions in the `$filter` of a metrics query. */
interface Group {
  readonly metadata: readonly (readonly [string, string])[]
  readonly series: readonly SimulatedMetricSeries[]
}

interface Split {
  /** Groups the series of a metric by the dimensions in the filter. Without a filter, all series are in one group. */
  readonly groups: (metric: SimulatedMetric) => readonly Group[]
}

/**
 * Parses a filter.
 * @throws ArmError 400 for filters that Azure Monitor would not understand either
 */
function parseSplit(filter: string): Split {
  const wanted = new Map<string, Set<string>>()
  for (const part of filter.split(/\s+and\s+/i).filter((p) => p.trim() !== '')) {
    for (const test of part.replace(/[()]/g, '').split(/\s+or\s+/i)) {
      const [, name, value] = /^\s*([\w.]+)\s+eq\s+'([^']*)'\s*$/i.exec(test) ?? []
      if (!name || value === undefined) throw new ArmError(400, 'BadRequest', `The filter '${filter}' can't be read.`)
      const values = wanted.get(name.toLowerCase()) ?? new Set<string>()
      wanted.set(name.toLowerCase(), values.add(value.toLowerCase()))
    }
  }
  return {
    groups(metric) {
      const known = metric.dimensions.map((d) => d.toLowerCase())
      for (const name of wanted.keys())
        if (!known.includes(name))
          throw new ArmError(
            400,
            'BadRequest',
            `Metric ${metric.name} does not support the dimension '${name}'. Valid are: ${metric.dimensions.join(', ')}.`,
          )
      const valueOf = (series: SimulatedMetricSeries, name: string): string =>
        Object.entries(series.dimensions).find(([key]) => key.toLowerCase() === name)?.[1] ?? ''
      const kept = metric.series.filter((s) =>
        [...wanted].every(([name, values]) => values.has('*') || values.has(valueOf(s, name).toLowerCase())),
      )
      const grouped = Map.groupBy(kept, (s) => [...wanted.keys()].map((name) => valueOf(s, name)).join('\n'))
      return [...grouped.values()].map((series) => ({
        // Azure returns the names of dimensions in lower case
        metadata: [...wanted.keys()].map((name) => [name, series[0] ? valueOf(series[0], name) : ''] as const),
        series,
      }))
    },
  }
}
