import type { MetricFamily, MetricSample } from '#lib/platform/exposition.ts'
import { type EstateMetric, estateMetrics } from './catalogue.ts'
import type { Entity } from './points.ts'

/** Maximum number of estate series in one response: about 1,500 circuits with their paths, sessions and polls. */
const MAX_SERIES = 50_000

const groups: readonly Entity['group'][] = ['gateway', 'circuit', 'path', 'session', 'poll']

/**
 * Groups series into metric families. If there are more series than the maximum, entities (gateways, circuits, paths,
 * sessions, polls, in this order) are left out from the first one that does not fit, so that no entity has only part of
 * its series. The number of omitted series is reported as a metric.
 * @param entities in a stable order within each group, so that the same entities are left out each time
 */
export function estateFamilies(entities: readonly Entity[], most = MAX_SERIES): MetricFamily[] {
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
