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

/** What is polled: (resource, subresource). */
export interface SourceRef {
  sourceId: number
  /** Peerwatch's short id of the resource */
  scope: string
  scopeName: string
  resourceId: string
  /** lower case */
  resourceType: string
  subresource: string
  /** for subresources such as `AzurePrivatePeering/primary` or `AzurePrivatePeering`: its peering, and its path where it names one */
  peering: string | null
  path: CircuitPath | null
}

/** How the polls of one (source, kind) go, and what freshness is judged by. */
export interface PollHealth {
  kind: PollKind
  lastOutcome: Outcome
  lastStartedAt: EpochMs | null
  lastFinishedAt: EpochMs | null
  /** the last poll with outcome `ok` */
  lastOkStartedAt: EpochMs | null
  lastOkAt: EpochMs | null
  /** start of the last poll that read everything but the silent instances (`ok`, or `incomplete` naming the silent) */
  lastReadAt: EpochMs | null
  silentInstances: string[]
  error: PollError | null
  /** Azure's own name of the last poll; null where it gave none */
  correlationId: string | null
  budget: ArmBudget | null
  /** of a kind that is requested for a period: how far it is read; null = to the end of the last good poll */
  readUpTo?: EpochMs | null
  /** the interval in force: the larger of the configured one, the usual start-to-start time and the last call's length */
  intervalSeconds: number
  /** configured and planned interval, and what was observed */
  plan: PollPlanHealth
  /** interval in force (during a burst the burst's) + p95 of the call; null before the first poll */
  floorSeconds: number | null
  /** polled faster for a while: after a first adverse sample, or because somebody watches; null = as configured */
  burst: PollBurst | null
}

/** Off the timetable, configured and planned are the interval in force at its last poll. */
export interface PollPlanHealth {
  configuredSeconds: number
  /** in the timetable: longer than configured where that does not fit */
  plannedSeconds: number
  /** from start to start, of its last polls; null before the second */
  observedSeconds: { p50: number; p95: number } | null
  /** why it is longer; null = it is as configured */
  reason: IntervalReason | null
}

export interface PollBurst {
  everySeconds: number
  until: EpochMs
  reason: 'adverse' | 'watch'
}

export interface SourceStatus extends SourceRef {
  poll: PollHealth
  /** false: off the timetable, because its resource is gone or its polling was configured away */
  scheduled: boolean
  /** null also when it is due at once */
  nextPollAt: EpochMs | null
}

export interface CoverageRow extends SourceRef {
  kind: PollKind
  outcome: Outcome
  silentInstances: string[]
  from: EpochMs
  to: EpochMs
  polls: number
  /** the interval in force when it began */
  intervalSeconds: number
  detail: string | null
}

/** Whether a moment was seen by one (source, kind). */
export interface MomentCoverage {
  covered: boolean
  /** whether a poll of any outcome had begun by then; else it was found later */
  polled: boolean
  /** instances that are known not to have reported then */
  silentInstances: string[]
  /** bounds of the end of the last readable poll before it: polls inside an interval are not kept one by one; null = there was none */
  lastPollEnded: Bounds | null
  /** the interval in force when the last readable polls before it began, milliseconds; 0 = there were none */
  intervalMs: number
  /** where not covered: the interval around the moment in which nothing was seen; `to` null = up to now */
  gap: { from: EpochMs; to: EpochMs | null; outcome: Outcome } | null
}
