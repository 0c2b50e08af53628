import type {
  RemainingArmRequests,
  LongerPollIntervalReason,
  PollOutcome,
  PollError,
  PollKind,
} from '#lib/contract/index.ts'
import { computeDetectionFloorMs, computeObservedIntervalMs, computeUsualIntervalMs } from '../../record/poll-pace.ts'
import { toEpochMs, convertSecondsToMs } from '../../times.ts'
import type { FasterPollingPeriod, PollHealth } from '../../types.ts'

/** Columns of `poll_state p LEFT JOIN poll_schedule ps`, for {@link computePollHealth}. */
export const POLL_HEALTH_COLUMNS = `p.last_outcome, p.last_started_at, p.last_finished_at, p.ok_started_at, p.ok_finished_at, p.read_at,
  p.silent_instances, p.error, p.correlation_id, p.budget, p.read_up_to, p.interval_seconds, p.recent_starts, p.recent_durations, ps.every_seconds,
  ps.configured_seconds, ps.plan,
  ps.burst_every_seconds, ps.burst_reason, CASE WHEN ps.burst_until > clock_timestamp() THEN ps.burst_until END AS burst_until`

export interface PollHealthRow {
  last_outcome: PollOutcome | null
  last_started_at: Date | null
  last_finished_at: Date | null
  ok_started_at: Date | null
  ok_finished_at: Date | null
  read_at: Date | null
  silent_instances: string[] | null
  error: PollError | null
  correlation_id: string | null
  budget: RemainingArmRequests | null
  read_up_to: Date | null
  interval_seconds: number | null
  recent_starts: Date[] | null
  recent_durations: number[] | null
  every_seconds: number | null
  configured_seconds: number | null
  plan: LongerPollIntervalReason | null
  burst_every_seconds: number | null
  burst_reason: FasterPollingPeriod['reason'] | null
  /** end of a burst (a temporarily shorter interval); null = no burst */
  burst_until: Date | null
}

/** Returns the health of the polls of a source and kind, from its schedule and its last recorded polls. */
export function computePollHealth(kind: PollKind, row: PollHealthRow): PollHealth {
  const pace = {
    starts: row.recent_starts?.map((start) => toEpochMs(start)) ?? [],
    durations: row.recent_durations ?? [],
  }
  const observed = computeObservedIntervalMs(pace)
  // without a schedule, the interval at its last poll is the best known value
  const intervalMs =
    row.every_seconds === null
      ? convertSecondsToMs(row.interval_seconds)
      : computeUsualIntervalMs(pace, convertSecondsToMs(row.every_seconds), observed)
  const burst = burstOf(row)
  const paceMs = Math.min(intervalMs, (burst?.everySeconds ?? Infinity) * 1000)
  return {
    kind,
    lastOutcome: row.last_outcome ?? 'not_polled',
    lastStartedAt: toEpochMs(row.last_started_at),
    lastFinishedAt: toEpochMs(row.last_finished_at),
    lastOkStartedAt: toEpochMs(row.ok_started_at),
    lastOkAt: toEpochMs(row.ok_finished_at),
    lastReadAt: toEpochMs(row.read_at),
    silentInstances: row.silent_instances ?? [],
    error: row.error,
    correlationId: row.correlation_id,
    budget: row.budget,
    readUpTo: toEpochMs(row.read_up_to),
    intervalSeconds: intervalMs / 1000,
    plan: {
      configuredSeconds: row.configured_seconds ?? row.every_seconds ?? intervalMs / 1000,
      plannedSeconds: row.every_seconds ?? intervalMs / 1000,
      observedSeconds: secondsOf(observed),
      reason: row.plan,
    },
    floorSeconds: pace.durations.length === 0 ? null : computeDetectionFloorMs(pace, paceMs) / 1000,
    burst,
  }
}

const secondsOf = (observed: { p50: number; p95: number } | null) =>
  observed && { p50: observed.p50 / 1000, p95: observed.p95 / 1000 }

function burstOf({ burst_every_seconds: everySeconds, burst_until: until, burst_reason: reason }: PollHealthRow) {
  return everySeconds === null || until === null || reason === null
    ? null
    : { everySeconds, until: until.getTime(), reason }
}
