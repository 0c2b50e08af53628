import { armTypes, MAX_METRIC_AGE_MS } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { PollFailure } from '../call/failure.ts'
import { createOkResult, type KindDefinition, getWholeResourcePaths } from './kind.ts'
import { readMetrics } from './metrics/read.ts'

/** Polls the results of a connection monitor's tests, which Azure publishes as metrics. */
export const probePollKind: KindDefinition<'probe'> = {
  types: [armTypes.connectionMonitor],
  actions: ['Microsoft.Insights/metrics/read'],
  isOfMonitor: true,
  putOff: 'first',
  interval: 'metricsMs',
  subresources: getWholeResourcePaths,
  window: { lateMs: MAX_METRIC_AGE_MS, firstMs: MS_PER_HOUR, mostMs: MS_PER_DAY },
  nothing: () => [],
  read: async (read) => {
    const { rows, failure } = await readMetrics(read)
    return failure && !isUnknownMetric(failure)
      ? { outcome: 'incomplete', error: failure.error, rows }
      : createOkResult(rows)
  },
}

/**
 * Reports whether Azure refused a metric with 400. Classic monitors do not have the metric for test results. The poll
 * is then complete without it.
 */
const isUnknownMetric = ({ error }: PollFailure) => error.httpStatus === 400
