import { getCounter, getGauge, getHistogram } from '#lib/platform/metrics.ts'

/**
 * Number of polls by kind and outcome. A poll that was not recorded has a reason as outcome: `superseded` (another
 * worker took its lease), `clock` (a clock is wrong), `stale` (a newer poll is recorded) or `duplicate`.
 */
export const pollsTotal = getCounter('peerwatch_worker_polls_total', 'Polls of this process by kind and outcome', [
  'kind',
  'outcome',
])

export const pollsRecordedTogetherTotal = getCounter(
  'peerwatch_polls_recorded_together_total',
  'Polls that changed nothing and were recorded with others in one transaction',
)

export const pollSeconds = getHistogram('peerwatch_poll_duration_seconds', 'Time from request to last byte', ['kind'])

export const commitSeconds = getHistogram('peerwatch_commit_duration_seconds', 'Time to record one poll', ['kind'])

export const eventsTotal = getCounter('peerwatch_events_total', 'Events written, closings included')

export const pollsInFlight = getGauge('peerwatch_polls_in_flight', 'Polls in flight in this worker')

/**
 * Number of refusals of metrics:getBatch, the request that reads the metrics of many resources of a subscription and
 * region at once.
 */
export const metricBatchesRefused = getCounter(
  'peerwatch_metric_batches_refused_total',
  'Refusals of metrics:getBatch, after which metrics are read one by one',
  ['outcome'],
)

export const waitingAzureOperationsGauge = getGauge(
  'peerwatch_operations_waiting',
  'Polls of this worker that wait for an operation of Azure, without a request',
)
