import type {
  ArmBudget,
  Bounds,
  CircuitPath,
  EpochMs,
  IntervalReason,
  Outcome,
  PollError,
  PollKind,
} from '#lib/contract/index.ts'

/** A polled source: (resource, subresource). */
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
  lastOutcome: Outcome
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
  budget: ArmBudget | null
  /**
   * for a kind that is requested for a period: time up to which it was read; null = up to the end of the last
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
   * shortest outage that is certainly visible: the poll interval (or the shorter interval of a burst) + p95 of the
   * call's duration; null before the first poll
   */
  floorSeconds: number | null
  /** temporarily shorter interval, after a first adverse sample or because a user watches; null = no burst */
  burst: PollBurst | null
}

/** Poll intervals. Without a schedule, the configured and planned intervals are the interval at the last poll. */
export interface PollPlanHealth {
  configuredSeconds: number
  /** interval in the schedule; longer than the configured one if that exceeds a limit */
  plannedSeconds: number
  /** start-to-start time of its last polls; null before the second poll */
  observedSeconds: { p50: number; p95: number } | null
  /** reason for a planned interval that is longer than the configured one; null = as configured */
  reason: IntervalReason | null
}

export interface PollBurst {
  everySeconds: number
  until: EpochMs
  reason: 'adverse' | 'watch'
}

export interface SourceStatus extends SourceRef {
  poll: PollHealth
  /** false = not scheduled, because its resource was removed or its polling was disabled */
  scheduled: boolean
  /** null = not scheduled, or due immediately */
  nextPollAt: EpochMs | null
}

export interface CoverageRow extends SourceRef {
  kind: PollKind
  outcome: Outcome
  silentInstances: string[]
  from: EpochMs
  to: EpochMs
  polls: number
  /** poll interval at the begin of this coverage interval, seconds */
  intervalSeconds: number
  detail: string | null
}

/** Whether a (source, kind) observed a moment. */
export interface MomentCoverage {
  covered: boolean
  /** whether a poll with any outcome had begun before the moment */
  polled: boolean
  /** instances that are known not to have reported at that time */
  silentInstances: string[]
  /**
   * bounds of the end of the last readable poll before the moment, because polls inside a coverage interval are not
   * stored individually; null if there was no poll
   */
  lastPollEnded: Bounds | null
  /** poll interval at the begin of the last readable coverage interval before the moment, milliseconds; 0 = none */
  intervalMs: number
  /** if not covered: the interval around the moment without coverage; `to` null = until now */
  gap: { from: EpochMs; to: EpochMs | null; outcome: Outcome } | null
}
