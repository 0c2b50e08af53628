import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics'
import { type MetricLabels, mergeFamilies, type MetricFamily, type MetricSample } from '../metrics-exposition.ts'

/**
 * Time at which the counters started, and the current time, in epoch milliseconds. `startedAt` null = unknown, which
 * OTLP writes as 0.
 */
interface Times {
  startedAt: number | null
  now: number
}

/**
 * Converts metric families, as /metrics has them, to OTLP. Families with the same name are merged. In the names of the
 * metrics, the suffix for the type (for example `_total`) is left out, except the suffix `_info`. The names contain the
 * unit, and OTLP's field for the unit stays empty, because a receiver that creates Prometheus names would otherwise add
 * the unit again.
 * @source https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/ (an info is a sum that may
 *   fall)
 */
function metricData(families: readonly MetricFamily[], times: Times): MetricData[] {
  return mergeFamilies(families).flatMap((family): MetricData[] => {
    const { name, help, type, samples } = family
    if (samples.length === 0) return []
    const common = {
      descriptor: {
        name: type === 'info' ? `${name}_info` : name,
        description: help,
        unit: '',
        valueType: ValueType.DOUBLE,
      },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
    }
    const span = { startTime: time(times.startedAt ?? 0), endTime: time(times.now) }
    const numbers = () =>
      samples.map(({ labels, value }): DataPoint<number> => ({ ...span, attributes: attributes(labels), value }))
    if (type === 'gauge') return [{ ...common, dataPointType: DataPointType.GAUGE, dataPoints: numbers() }]
    if (type === 'histogram') {
      const dataPoints = histograms(samples).map((point) => ({ ...span, ...point }))
      return [{ ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints }]
    }
    // summaries are left out, because quantiles of several processes cannot be combined
    if (type === 'summary') return []
    return [{ ...common, dataPointType: DataPointType.SUM, isMonotonic: type === 'counter', dataPoints: numbers() }]
  })
}

/**
 * Returns a metric producer that exports the families that `read` returns. If `read` fails, its error becomes an error
 * of the collection.
 */
export function createMetricProducer(
  resource: Resource,
  read: () => Promise<readonly MetricFamily[]>,
  startedAt: number | null,
): MetricProducer {
  return {
    async collect() {
      try {
        const metrics = metricData(await read(), { startedAt, now: Date.now() })
        const scopeMetrics = metrics.length > 0 ? [{ scope: { name: 'peerwatch' }, metrics }] : []
        return { resourceMetrics: { resource, scopeMetrics }, errors: [] }
      } catch (error) {
        return { resourceMetrics: { resource, scopeMetrics: [] }, errors: [error] }
      }
    },
  }
}

/**
 * Converts Prometheus histograms to OTLP histograms. In Prometheus each bucket also counts the values of all smaller
 * buckets; OTLP counts them separately.
 */
function histograms(samples: readonly MetricSample[]): { attributes: Attributes; value: Histogram }[] {
  const points = new Map<
    string,
    { labels: MetricLabels; upTo: [bound: number, count: number][]; sum: number; count: number }
  >()
  for (const { suffix, labels, value } of samples) {
    const { le, ...own } = labels
    const key = JSON.stringify(own)
    const point = points.get(key) ?? { labels: own, upTo: [], sum: 0, count: 0 }
    points.set(key, point)
    if (suffix === '_sum') point.sum = value
    else if (suffix === '_count') point.count = value
    else if (le !== '+Inf') point.upTo.push([Number(le), value])
  }
  return [...points.values()].map(({ labels, upTo, sum, count }) => {
    const sorted = upTo.toSorted(([a], [b]) => a - b)
    const cumulative = [...sorted.map(([, n]) => n), count]
    const counts = cumulative.map((n, index) => n - (cumulative[index - 1] ?? 0))
    return {
      attributes: attributes(labels),
      value: { buckets: { boundaries: sorted.map(([le]) => le), counts }, sum, count },
    }
  })
}

const attributes = (labels: MetricLabels): Attributes =>
  Object.fromEntries(Object.entries(labels).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]])))

const time = (ms: number): HrTime => [Math.floor(ms / 1_000), Math.round((ms % 1_000) * 1e6)]
