import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  type AccessScope,
  type EpochMs,
  SLO_WINDOW_SECONDS,
  sloKeys,
  sloDefinitions,
  computeSloState,
} from '#lib/contract/index.ts'
import type { ReportsEndpointResponse } from '../api/index.ts'
import { readSloCounts } from '#lib/history/index.ts'
import { createGaugeFamily, type MetricFamily } from '#lib/platform/metrics-exposition.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  WholeDeploymentError,
  buildAgeWithoutPolls,
} from '#lib/questions/index.ts'

/**
 * Returns the current status of Peerwatch's own service level objectives.
 * @throws WholeDeploymentError if the caller has limited access, because the values are about the whole deployment
 */
export async function getSlos(
  db: ReadableDatabase,
  scope: AccessScope,
  now: EpochMs = getDatabaseNow(),
): Promise<ReportsEndpointResponse<'slos'>> {
  if (scope !== 'everything') throw new WholeDeploymentError()
  return { data: await readSlos(db, now), ...buildAgeWithoutPolls(now) }
}

type SloStatus = ReportsEndpointResponse<'slos'>['data'][number]

async function readSlos(db: ReadableDatabase, now: EpochMs): Promise<SloStatus[]> {
  const counted = await readSloCounts(getSqlExecutor(db), now)
  return sloKeys.flatMap((key) => {
    const counts = counted.get(key)
    if (!counts) return []
    const { name, good, source, objective, withinSeconds } = sloDefinitions[key]
    const { burn, ...state } = computeSloState(key, counts, now)
    return [
      {
        key,
        name,
        good,
        source,
        objective,
        withinSeconds,
        windowSeconds: SLO_WINDOW_SECONDS,
        since: counts.since,
        counted: counts.total,
        bad: counts.total - counts.good,
        burn: [...burn],
        ...state,
      },
    ]
  })
}

/**
 * Returns the current status of Peerwatch's own service level objectives as Prometheus metrics. A metric with an
 * unknown value has no sample.
 */
export async function readSloMetrics(db: ReadableDatabase, now: EpochMs): Promise<MetricFamily[]> {
  const statuses = await readSlos(db, now)
  const gauge = (name: string, help: string, valueOf: (status: SloStatus) => number | null): MetricFamily =>
    createGaugeFamily(
      name,
      help,
      statuses.flatMap((status) => {
        const value = valueOf(status)
        return value === null ? [] : [{ labels: { slo: status.key }, value }]
      }),
    )
  return [
    gauge('peerwatch_slo_objective_ratio', 'Share that must be good over 28 days', ({ objective }) => objective),
    gauge('peerwatch_slo_achieved_ratio', 'Share that was good within the last 28 days', ({ achieved }) => achieved),
    gauge(
      'peerwatch_slo_error_budget_remaining_ratio',
      'Share of the error budget that is left; below 0 it is overspent',
      ({ budgetLeft }) => budgetLeft,
    ),
    gauge(
      'peerwatch_slo_measured_ratio',
      'Share of the time since the first count that was sampled',
      ({ measured }) => measured,
    ),
    {
      name: 'peerwatch_slo_burn_rate',
      help: 'How fast the error budget burns: 1 = it lasts 28 days',
      type: 'gauge',
      samples: statuses.flatMap(({ key, burn }) =>
        burn.flatMap(({ windowSeconds, rate }) =>
          rate === null ? [] : [{ labels: { slo: key, window: windowName(windowSeconds) }, value: rate }],
        ),
      ),
    },
  ]
}

/** Formats a duration as Prometheus does, for example `5m`, `6h` or `3d`. */
function windowName(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400}d`
  return seconds % 3_600 === 0 ? `${seconds / 3_600}h` : `${seconds / 60}m`
}
