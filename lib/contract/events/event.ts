import type { Cause, Evidence } from './cause.ts'
import type { EventKind } from '../event-kinds/index.ts'
import type { IncidentExplanation } from './explanation.ts'
import type { TimestampBounds, DurationBounds, EpochMs } from '../time/time.ts'

export const severities = ['critical', 'major', 'minor', 'warning', 'info'] as const
export type Severity = (typeof severities)[number]

/**
 * Reports whether an open event marks its resource as a problem, even if the resource's own state is good. Events of
 * severity `warning` and `info` do not, so wall displays do not show them.
 */
export const isProblemSeverity = ({ severity }: { severity: Severity }): boolean =>
  severity !== 'warning' && severity !== 'info'

/**
 * Reports whether an open incident needs attention. Incidents that have recovered or that maintenance explains do not
 * count. Every count of open incidents uses this definition.
 */
export const isIncidentOngoing = ({ phase, maintenance }: { phase: string; maintenance: boolean }): boolean =>
  phase === 'ongoing' && !maintenance

/**
 * Event as detection creates it. `key` is derived only from the kind, the scope, the subject and the polls that proved
 * the event. Therefore the same polls always produce the same key, and a replay stores an event only once. A later
 * version with the same key replaces the earlier version, for example when a `session_down` ends.
 */
export interface DetectedEvent {
  key: string
  kind: EventKind
  severity: Severity
  scope: string
  subject: string
  started: TimestampBounds
  ended: TimestampBounds | null
  duration: DurationBounds | null
  detectedAt: EpochMs
  evidence: Evidence[]
  causes: Cause[]
  flags: string[]
  /**
   * key of the event that explains this event; null or absent = no other event explains it. Once set, the value does
   * not change.
   */
  partOf?: string | null
  /** key of the incident to which the event belongs */
  incident?: string | null
  /**
   * timestamps and durations of a failover; only for a failover, a change of the best path, or a switch to the standby
   * instance of a VPN gateway
   */
  failover?: FailoverTimes | null
  /** loss of forwarding that began before the session ended; only for a session_down or path_down */
  forwardingLoss?: ForwardingLoss | null
}

/**
 * Incident as detection creates it: events with a probable common cause. A later version with the same key replaces the
 * earlier version.
 */
export interface DetectedIncident {
  key: string
  /** scope of the event that opened the incident */
  scope: string
  /** key of the root, that is, the event that explains the others */
  root: string
  /**
   * keys of the events that were the root before, oldest first; `until` is the time at which another event became the
   * root
   */
  formerRoots?: { root: string; until: EpochMs }[]
  /**
   * elements that several circuits of the incident share (for example a provider) and that may have failed. Elements
   * that polls show to be healthy are left out. Empty or absent = none
   */
  explainedBy?: IncidentExplanation[]
  severity: Severity
  /** keys of the incident's events that no other event explains */
  members: string[]
  started: TimestampBounds
  ended: TimestampBounds | null
  openedAt: EpochMs
  /** time at which the incident was closed; null = open */
  closedAt: EpochMs | null
}

/**
 * Flag of an event that is proved only by Azure Monitor metrics, because Peerwatch may not query the routers. Metrics
 * are less precise and contain no session states.
 */
export const PROVED_BY_METRIC_FLAG = 'by_metric'

/**
 * Prefix of the flag of an event that announced maintenance explains. The window's id follows the prefix. Such an event
 * is recorded, but sends no notification.
 */
export const MAINTENANCE_FLAG = 'maintenance:'

/**
 * Prefix of the flag of an event that was still open when a maintenance window and its grace period had ended. The
 * window's id follows the prefix.
 */
export const MAINTENANCE_OVERRUN_FLAG = 'maintenance_overrun:'

/**
 * Prefix of the flag of an event about the fall of a session on which a circuit path depends, if only the customer's
 * router reports the fall. The path follows the prefix: `path:AzurePrivatePeering/primary`.
 */
export const FALLEN_PATH_FLAG = 'path:'

/**
 * Flag of an event about failing polls whose resources cannot be reached because of a network fault. Only the network
 * fault sends a notification.
 */
export const FOLLOWS_NETWORK_FAULT_FLAG = 'follows_fault'

export const isExpectedByMaintenance = ({ flags }: { flags: readonly string[] }) =>
  flags.some((flag) => flag.startsWith(MAINTENANCE_FLAG))

/**
 * Mechanisms that can end a BGP session after forwarding was lost, for example BFD or the hold timer. Each has a
 * typical delay, by which it is recognized.
 */
export const lossMechanisms = ['immediate', 'bfd_750', 'low_timers', 'hold_timer'] as const
export type LossMechanism = (typeof lossMechanisms)[number]

/** Classes of failover with separate time budgets (docs/rules/events.md, "Failover durations"). */
export const failoverClasses = ['withdrawal', 'bfd', 'bfd_750', 'hold_timer', 'vpn_planned', 'vpn_unplanned'] as const
export type FailoverClass = (typeof failoverClasses)[number]

export const failoverVerdicts = ['within', 'exceeded', 'not_provable'] as const
export type FailoverVerdict = (typeof failoverVerdicts)[number]

/** Time budget of a failover for one failover class, and whether the polls prove that the failover stayed within it. */
export interface FailoverExpectation {
  class: FailoverClass
  budgetMs: number
  verdict: FailoverVerdict
}

/** Delay from the loss of forwarding to the end of the session, and the mechanisms that can cause such a delay. */
export interface ForwardingLossDetectionLag {
  /** time from the loss of forwarding to the end of the session; never below 0 */
  lag: DurationBounds
  /** all mechanisms whose typical delay overlaps the measured delay */
  possible: LossMechanism[]
  /** the mechanism, if exactly one is possible; otherwise null */
  named: LossMechanism | null
  /** one sentence that tells the user how to shorten the delay; null = no advice */
  advice: string | null
}

/** Correction of one timestamp of a failover by later polls. They narrowed its bounds or contradicted them. */
export interface FailoverTimeCorrection {
  /** end of the poll that revised the timestamp */
  at: EpochMs
  mark: 'forwardingEnds' | 'sessionEnds' | 'forwardingResumes'
  /**
   * evidence of the correction: byte counters or Azure Monitor's bit rates. For the end of a session it is session
   * polls, which are listed as `counters`
   */
  by: 'counters' | 'rates'
  before: TimestampBounds
  /** bounds that the new evidence alone shows; the corrected bounds are the intersection with `before` */
  reported: TimestampBounds
  /** true if `reported` and `before` do not overlap. In this case `before` stays unchanged */
  isOutside: boolean
}

/**
 * Timestamps of a failover from the previous path to the new path, and the durations between them. Each timestamp is a
 * pair of bounds; null = no poll shows it (docs/rules/events.md, "Failover durations").
 */
export interface FailoverTimes {
  /** timestamp F: forwarding on the previous path ends */
  forwardingEnds: TimestampBounds | null
  /** timestamp S: the session of the previous path ends */
  sessionEnds: TimestampBounds | null
  /** timestamp R: the new path becomes the best path */
  rerouted: TimestampBounds
  /** timestamp B: traffic of the previous path appears on the new path */
  forwardingResumes: TimestampBounds | null
  /** R - S: time from the end of the previous path's session until the new path is the best path */
  controlPlane: DurationBounds | null
  /** B - F: time from the end of forwarding on the previous path until the traffic appears on the new path */
  dataPlane: DurationBounds | null
  /** S - F: time from the end of forwarding until the session ends */
  detection: DurationBounds | null
  /** true if the gateway already had routes to these prefixes through the new path, so it did not have to learn any */
  noRelearning: boolean
  /** timestamps and durations that are unknown, each with the reason in one sentence */
  missing: string[]
  mechanism: ForwardingLossDetectionLag | null
  /** time budgets by failover class; the first is the class that this failover probably belongs to */
  expectations: FailoverExpectation[]
  /** true if a later poll contradicted the bounds of a timestamp; the earlier bounds were kept */
  revisedOutside: boolean
  /** corrections of the timestamps by later polls, oldest first; absent in data stored before this field existed */
  revisions?: FailoverTimeCorrection[]
}

/** Loss of forwarding that began before the session ended. */
export interface ForwardingLoss {
  started: TimestampBounds
  /**
   * evidence of the loss: byte counters, byte counters together with Azure Monitor's bit rates, or only the hold time
   * of the session
   */
  basis: 'counters' | 'metrics' | 'hold_time'
  /** delay until the session ended; null if the hold time is the only evidence */
  mechanism: ForwardingLossDetectionLag | null
  /** true if a later poll contradicted the bounds; the earlier bounds were kept */
  revisedOutside: boolean
}
