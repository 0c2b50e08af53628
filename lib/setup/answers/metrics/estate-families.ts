import type { MetricFamily, MetricSample } from '#lib/platform/metrics-exposition.ts'
import { type EstateMetric, estateMetrics } from './estate-metric-catalogue.ts'
import type { MetricsOfResource } from './metric-entities.ts'

/**
 * Maximum number of time series about resources and polls in one response. It is enough for about 1,500 circuits with
 * their paths, sessions and polls.
 */
const MAX_SERIES = 50_000

const groups: readonly MetricsOfResource['group'][] = ['gateway', 'circuit', 'path', 'session', 'poll']

/**
 * Groups time series by metric, up to a maximum number. Gateways are included first, then circuits, paths, sessions and
 * polls. As soon as the series of one of these objects do not fit, this object and all following objects are left out.
 * A separate metric contains the number of omitted series.
 * @param entities objects in a stable order, so that the same objects are left out each time
 */
export function groupEstateMetrics(entities: readonly MetricsOfResource[], most = MAX_SERIES): MetricFamily[] {
  const samples = new Map<EstateMetric, MetricSample[]>()
  const omitted: MetricSample[] = []
  let series = 0
  let isFull = false
  for (const group of groups) {
    let left = 0
    for (const { points } of entities.filter((entity) => entity.group === group)) {
      isFull ||= series + points.length > most
      if (isFull) {
        left += points.length
        continue
      }
      series += points.length
      for (const { metric, labels, value } of points) {
        const known = samples.get(metric)
        if (known) known.push({ labels, value })
        else samples.set(metric, [{ labels, value }])
      }
    }
    omitted.push({ labels: { group }, value: left })
  }
  return [
    ...Object.entries(estateMetrics).map(([name, described]) => ({
      name,
      ...described,
      samples: samples.get(name as EstateMetric) ?? [],
    })),
    {
      name: 'peerwatch_metrics_omitted_series',
      type: 'gauge',
      help: `Series that are left out of this answer, because it has no more than ${MAX_SERIES} of the estate`,
      samples: omitted,
    },
  ]
}
