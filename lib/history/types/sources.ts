import type {
  RemainingArmRequests,
  TimestampBounds,
  CircuitPath,
  EpochMs,
  LongerPollIntervalReason,
  PollOutcome,
  PollError,
  PollKind,
} from '#lib/contract/index.ts'

/** A polled source: a resource, or a part of it (subresource). */
export interface SourceRef {
  sourceId: number
  /** Peerwatch's short ID of the resource */
  scope: string
  scopeName: string
  resourceId: string
  /** ARM type, lower case */
  resourceType: string
  subresource: string
  /**
   * `peering` and `path` of subresources such as `AzurePrivatePeering/primary`; `path` is null for
   * `AzurePrivatePeering`, both are null for other subresources
   */
  peering: string | null
  path: CircuitPath | null
}

/** Results of the polls of a (source, kind), and the interval by which freshness is judged. */
export interface PollHealth {
  kind: PollKind
  lastOutcome: PollOutcome
  lastStartedAt: EpochMs | null
  lastFinishedAt: EpochMs | null
  /** `lastOkStartedAt` = start, `lastOkAt` = end of the last poll with outcome `ok`; null = none yet */
  lastOkStartedAt: EpochMs | null
  lastOkAt: EpochMs | null
  /**
   * start of the last poll that read everything except the silent instances (`ok`, or `incomplete` with named silent
   * instances)
   */
  lastReadAt: EpochMs | null
  silentInstances: string[]
  error: PollError | null
  /** Azure's correlation ID of the last poll; null if Azure returned none */
  correlationId: string | null
  budget: RemainingArmRequests | null
  /**
   * only for kinds whose requests cover a period: time up to which data was read; null = up to the end of the last
   * successful poll
   */
  readUpTo?: EpochMs | null
  /**
   * interval by which freshness is judged: the maximum of the planned interval and the usual start-to-start time;
   * without a schedule, the poll interval at the last poll
   */
  intervalSeconds: number
  /** configured, planned and observed interval */
  plan: PollPlanHealth
  /**
   * length of the shortest outage that polls certainly find: the poll interval (or the shorter interval of a burst) +
   * p95 of the call's duration, seconds; null before the first poll
   */
  floorSeconds: number | null
  /**
   * burst, that is, a temporarily shorter poll interval after a first poll that shows a possible fault, or because a
   * user watches the resource; null = no burst
   */
  burst: FasterPollingPeriod | null
}

/** Poll intervals. Without a schedule, the configured and planned intervals are the interval at the last poll. */
export interface PollPlanHealth {
  configuredSeconds: number
  /**
   * interval in the schedule, seconds. The scheduled interval is longer than the configured interval if polling at the
   * configured interval would exceed a limit.
   */
  plannedSeconds: number
  /** observed start-to-start time of the last polls, seconds; null before the second poll */
  observedSeconds: { p50: number; p95: number } | null
  /** reason why the planned interval is longer than the configured one; null = it is not longer */
  reason: LongerPollIntervalReason | null
}

export interface FasterPollingPeriod {
  everySeconds: number
  until: EpochMs
  reason: 'adverse' | 'watch'
}

export interface SourceStatus extends SourceRef {
  poll: PollHealth
  /** false = not scheduled, because the resource was removed or the polling of the source was disabled */
  scheduled: boolean
  /** time of the next poll; null = not scheduled, or due immediately */
  nextPollAt: EpochMs | null
}

export interface CoverageRow extends SourceRef {
  kind: PollKind
  outcome: PollOutcome
  silentInstances: string[]
  from: EpochMs
  to: EpochMs
  polls: number
  /** poll interval at the begin of this coverage interval, seconds */
  intervalSeconds: number
  detail: string | null
}

/** Information whether polls of a (source, kind) observed a moment. */
export interface PollCoverageAtMoment {
  covered: boolean
  /** true if a poll with any outcome had begun before the moment */
  polled: boolean
  /** gateway instances that are known not to have reported at the moment */
  silentInstances: string[]
  /**
   * bounds of the time at which the last poll that read rows before the moment ended. Polls inside a coverage interval
   * are not stored individually, so this time is not exact. Null if there was no such poll.
   */
  lastPollEnded: TimestampBounds | null
  /** poll interval at the begin of the last readable coverage interval before the moment, milliseconds; 0 = none */
  intervalMs: number
  /** the time around the moment that polls did not cover; null if the moment is covered; `to` null = until now */
  gap: { from: EpochMs; to: EpochMs | null; outcome: PollOutcome } | null
}
