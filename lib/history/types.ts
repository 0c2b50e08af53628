import type { RouteAttributes } from '#lib/contract/index.ts'
import type {
  ArmBudget,
  Bounds,
  Change,
  Cause,
  CircuitPath,
  EpochMs,
  Evidence,
  EventKind,
  Outcome,
  PollError,
  PollKind,
  PollMark,
  Severity,
} from '#lib/contract/index.ts'
import type { ByFamily, SessionState } from '#lib/bgp/index.ts'

/** What came of handing an observation to history. */
export interface Recorded {
  /**
   * `duplicate`: the poll of this (source, kind, startedAt) is in already. `stale`: it overlaps or precedes a newer
   * recorded one, so the order of their samples is not known. Both write nothing and bring no changes.
   */
  status: 'recorded' | 'duplicate' | 'stale'
  mark: PollMark
  changes: Change[]
}

export interface RecordOptions {
  /** the configured interval, in seconds */
  intervalSeconds: number
  /** kind `summary` only: the MSEE's addresses on the path; null where the peering tells none */
  localAddresses?: ByFamily | null
}

/** A thing that is polled: (resource, part). */
export interface SourceRef {
  sourceId: number
  /** Peerwatch's short id of the resource */
  scope: string
  scopeName: string
  resourceId: string
  /** lower case */
  resourceType: string
  part: string
  /** for parts such as `AzurePrivatePeering/primary`: its peering and path */
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
  budget: ArmBudget | null
  /** the interval in force: the larger of the configured one, the usual start-to-start time and the last call's length */
  intervalSeconds: number
  /** interval in force + p95 of the call; null before the first poll */
  floorSeconds: number | null
}

/** Whether a moment was seen by one (source, kind). */
export interface MomentCoverage {
  covered: boolean
  /** instances that are known not to have reported then */
  silentInstances: string[]
  /** end of the last good poll that ended at or before the moment */
  lastGoodAt: EpochMs | null
  /** where not covered: the stretch around the moment in which nothing was seen; `to` null = up to now */
  gap: { from: EpochMs; to: EpochMs | null; outcome: Outcome } | null
}

/** An interval as a reader sees it: `since` holds its true begin, `until` its true end (null while it lasts). */
export interface Span {
  since: Bounds
  until: Bounds | null
}

/** `unknown`: the moment was not covered. `indeterminate`: it lies between the samples around a change. */
export type Known = 'observed' | 'indeterminate' | 'unknown'

export interface ResourceView {
  /** short id */
  id: string
  resourceId: string
  type: string
  name: string
  subscriptionId: string
  resourceGroup: string | null
  location: string | null
  /** as ARM listed it, in ARM's field names; null while only the id is known */
  config: Record<string, unknown> | null
  /** when this configuration came to be; null where only the id is known, or the resource is gone */
  since: Bounds | null
  /** not null: complete lists omit it since then */
  removed: Bounds | null
  known: Known
}

/** A BGP session as of a moment, with the facts that a verdict needs (detection's SessionFacts). */
export interface SessionAt extends SourceRef {
  kind: 'peers' | 'summary'
  localAddress: string
  neighbor: string
  asn: number | null
  heldBy: 'admin' | 'prefixLimit' | null
  /** the last state seen by then; inside a change's bounds the state before it */
  last: { state: SessionState; azureState: string }
  /** `missing`: its instance answered without this row; `silent`: its instance did not answer */
  presence: 'present' | 'missing' | 'silent'
  /** good polls in a row without the row; estimated from the interval when asked for the past */
  missingPolls: number
  everEstablished: boolean
  covered: boolean
  insideChange: boolean
  /** when it came into `last` (or, `missing`, when the row went) */
  since: Bounds
  establishedAt: Bounds | null
  establishedTransitions: number
  prefixesReceived: number | null
  /** as last read; null when asked for the past */
  messagesSent: string | null
  messagesReceived: string | null
  /** end of the last good poll that held this row; null when asked for the past */
  lastSeenAt: EpochMs | null
  poll: PollHealth
}

export interface SessionStretchRow extends SourceRef, Span {
  kind: 'peers' | 'summary'
  localAddress: string
  neighbor: string
  state: SessionState
  azureState: string
  asn: number | null
  establishedAt: Bounds | null
}

export interface RouteAt extends SourceRef, RouteAttributes {
  kind: 'learned' | 'advertised' | 'tables'
  instance: string | null
  peer: string | null
  prefix: string
  since: Bounds
  known: Known
}

/** What names one route: its table, instance and peer. */
export interface RouteKeyRow extends SourceRef {
  kind: 'learned' | 'advertised' | 'tables'
  instance: string | null
  peer: string | null
  prefix: string
}

/** `before` is empty for an announced route, `after` for a withdrawn one. */
export interface RouteDifferenceRow extends RouteKeyRow {
  before: RouteAttributes[]
  after: RouteAttributes[]
}

/** A route of which one of two moments tells nothing: nobody looked, or it was about to change. */
export interface UndecidableRoute extends RouteKeyRow {
  reason: 'not_covered' | 'indeterminate'
  at: 'from' | 'to' | 'both'
}

export interface RoutesDiff {
  announced: RouteDifferenceRow[]
  withdrawn: RouteDifferenceRow[]
  changed: RouteDifferenceRow[]
  undecidable: UndecidableRoute[]
}

/** A stretch in which one route stood with the same attributes, and what stood in its place directly before and after. */
export interface RouteStretchRow extends RouteKeyRow {
  attributes: RouteAttributes[]
  /** empty: it was absent, or nothing was read before */
  previous: RouteAttributes[]
  /** empty: it was withdrawn, or it lasts */
  following: RouteAttributes[]
  /** start of the last poll that read it absent, or otherwise; null = none ever did */
  lastAbsent: EpochMs | null
  /** end of the first poll that read it so */
  firstPresent: EpochMs
  /** start of the last poll that read it so; while it lasts, of the poll that began it */
  lastPresent: EpochMs
  /** end of the first poll that read it absent, or otherwise; null = it lasts */
  firstAbsent: EpochMs | null
}

/** Route changes first seen within one step of time. */
export interface ChurnCounts {
  start: EpochMs
  announced: number
  withdrawn: number
  changed: number
  /** routes that stood when their table was first read: seen for the first time, but no change */
  firstSeen: number
}

export interface PrefixChurnCounts {
  prefix: string
  announced: number
  withdrawn: number
  changed: number
}

/** A change of a resource's configuration, or of what a connection says of itself. */
export interface ConfigChangeRow {
  scope: string
  scopeName: string
  resourceId: string
  resourceType: string
  /** the kind of poll that saw it */
  seenBy: 'inventory' | 'connection'
  op: 'added' | 'removed' | 'changed'
  /** JSON pointers of what differs, with both values; empty for added and removed */
  fields: { path: string; before: unknown; after: unknown }[]
  between: Bounds
}

export interface ActivityEntry {
  id: string
  correlationId: string | null
  at: EpochMs
  operation: string
  status: string
  /** ARM id of what it is about, lower case */
  resourceKey: string
  caller: string | null
}

export interface ArpAt extends SourceRef {
  interface: string
  ipAddress: string
  macAddress: string | null
  /** as last read, in minutes; null when asked for the past */
  ageMinutes: number | null
  since: Bounds
  known: Known
}

/** Cumulative bytes as read by one poll; exact decimal strings. In = into Azure. */
export interface CounterReading {
  startedAt: EpochMs
  finishedAt: EpochMs
  bytesIn: string | null
  bytesOut: string | null
}

export interface CounterNow extends SourceRef {
  /** `primary`, `secondary`; '' for a whole connection; `tunnel/NAME` for one of its tunnels */
  counter: string
  latest: CounterReading
  /** null at the first sample */
  previous: CounterReading | null
}

/** What the GET of one connection says and its list does not. */
export interface ConnectionLive {
  connectionStatus: string | null
  routingWeight: number | null
  fastPath: boolean | null
  tunnels: { name: string; status: string | null }[]
}

export interface ConnectionAt extends SourceRef {
  live: ConnectionLive
  since: Bounds
  known: Known
}

export interface StoredEvent {
  id: string
  key: string
  kind: EventKind
  severity: Severity
  scope: string
  scopeName: string
  subject: string
  started: Bounds
  ended: Bounds | null
  duration: { minMs: number; maxMs: number } | null
  detectedAt: EpochMs
  evidence: Evidence[]
  causes: Cause[]
  flags: string[]
  partOf: string | null
  incidentId: string | null
}

/** Events grouped around the one that explains them. */
export interface StoredIncident {
  id: string
  scope: string
  scopeName: string
  rootEventId: string
  severity: Severity
  started: Bounds
  ended: Bounds | null
  openedAt: EpochMs
  closedAt: EpochMs | null
  acknowledged: { at: EpochMs; by: string; note: string | null } | null
  /** how many events, folded ones included */
  events: number
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

export interface MetricNow extends SourceRef {
  metric: string
  unit: string
  dimensions: Record<string, string>
  grainSeconds: number
  at: EpochMs
  average: number | null
  maximum: number | null
  minimum: number | null
  total: number | null
}

/** One page of a list; pass `nextCursor` back as `cursor`. null = that was all. */
export interface Page<Row> {
  rows: Row[]
  nextCursor: string | null
}
