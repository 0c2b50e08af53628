import type { Cause, Evidence } from './cause.ts'
import type { EventKind } from '../event-kinds/index.ts'
import type { Explanation } from './explanation.ts'
import type { Bounds, DurationBounds, EpochMs } from '../time/time.ts'

export const severities = ['critical', 'major', 'minor', 'warning', 'info'] as const
export type Severity = (typeof severities)[number]

/**
 * Reports whether an event counts as a problem of a resource whose own state is good. Warnings do not count, so wall
 * displays do not show them.
 */
export const countsAsProblem = ({ severity }: { severity: Severity }): boolean =>
  severity !== 'warning' && severity !== 'info'

/**
 * Reports whether an open incident needs attention; every count of open incidents uses this definition. Incidents that
 * recovered or are explained by maintenance are not counted.
 */
export const isOngoing = ({ phase, maintenance }: { phase: string; maintenance: boolean }): boolean =>
  phase === 'ongoing' && !maintenance

/**
 * Event as detection creates it. `key` is a pure function of kind, scope, subject and the polls that proved it, so that
 * a replay writes the same event only once. A later version with the same key (for example a session_down that closed)
 * replaces the earlier version.
 */
export interface DetectedEvent {
  key: string
  kind: EventKind
  severity: Severity
  scope: string
  subject: string
  started: Bounds
  ended: Bounds | null
  duration: DurationBounds | null
  detectedAt: EpochMs
  evidence: Evidence[]
  causes: Cause[]
  flags: string[]
  /**
   * key of the event that explains this event; null or absent = it is not explained by another event. The value does
   * not change once it is set.
   */
  partOf?: string | null
  /** key of the incident to which the event belongs */
  incident?: string | null
  /**
   * only for a failover, a change of the best path, or a switch to the standby instance of a VPN gateway: its
   * timestamps and durations
   */
  failover?: FailoverDetail | null
  /** only for a session_down or path_down: time at which forwarding was lost before the session ended */
  forwardingLoss?: ForwardingLoss | null
}

/**
 * Incident: events that began together, grouped around the event that explains most of them. A later version with the
 * same key replaces the earlier version.
 */
export interface DetectedIncident {
  key: string
  /** scope of the event that opened the incident */
  scope: string
  /** key of the event that explains the others */
  root: string
  /** keys of the previous roots, oldest first, with the time until which each was the root */
  formerRoots?: { root: string; until: EpochMs }[]
  /**
   * shared elements of its circuits that may have failed, without the candidates that samples exclude; empty or absent
   * = none
   */
  explainedBy?: Explanation[]
  severity: Severity
  /** keys of its events that are not part of another event */
  members: string[]
  started: Bounds
  ended: Bounds | null
  openedAt: EpochMs
  /** time at which the incident was closed; null = open */
  closedAt: EpochMs | null
}

/**
 * Flag of events that are based only on metrics, because the permission to query the router is missing. They are
 * coarser and have no session state.
 */
export const BY_METRIC = 'by_metric'

/**
 * Prefix of the flag of an event that a maintenance window explains, followed by the window's id. The event is recorded
 * without a notification.
 */
export const MAINTENANCE_FLAG = 'maintenance:'

/**
 * Flag of failing polls of resources that the network cannot reach. Only the network fault alerts, not the failing
 * polls.
 */
export const FOLLOWS_FAULT = 'follows_fault'

export const isExpectedByMaintenance = ({ flags }: { flags: readonly string[] }) =>
  flags.some((flag) => flag.startsWith(MAINTENANCE_FLAG))

/**
 * Mechanisms that can end a session, derived from the lag between the loss of forwarding and the end of the session.
 */
export const lossMechanisms = ['immediate', 'bfd_750', 'low_timers', 'hold_timer'] as const
export type LossMechanism = (typeof lossMechanisms)[number]

/** Classes of failover with separate time budgets (docs/rules/events.md, "Failover durations"). */
export const failoverClasses = ['withdrawal', 'bfd', 'bfd_750', 'hold_timer', 'vpn_planned', 'vpn_unplanned'] as const
export type FailoverClass = (typeof failoverClasses)[number]

export const failoverVerdicts = ['within', 'exceeded', 'not_provable'] as const
export type FailoverVerdict = (typeof failoverVerdicts)[number]

/** Time budget of a failover in a class, and whether the known bounds prove that it was met. */
export interface FailoverExpectation {
  class: FailoverClass
  budgetMs: number
  verdict: FailoverVerdict
}

/** Possible mechanisms of a session's end, by its lag behind the loss of forwarding. */
export interface LossLag {
  /** time from the loss of forwarding to the end of the session; never below 0 */
  lag: DurationBounds
  /** all mechanisms whose usual lag overlaps the measured lag */
  possible: LossMechanism[]
  /** the mechanism, if exactly one is possible; otherwise null */
  named: LossMechanism | null
  /** advice that follows from the mechanism, in one sentence; null = no advice */
  advice: string | null
}

/** Revision of one timestamp of a failover by later samples, which narrowed or contradicted it. */
export interface FailoverRevision {
  /** end of the poll that revised the timestamp */
  at: EpochMs
  mark: 'forwardingEnds' | 'sessionEnds' | 'forwardingResumes'
  /** evidence: byte counters, Azure Monitor's bit rates, or (for a session) session polls, which count as counters */
  by: 'counters' | 'rates'
  before: Bounds
  /** bounds from the new evidence only; the revised bounds are the intersection with `before` */
  reported: Bounds
  /** true if the bounds do not overlap, in which case `before` was kept */
  isOutside: boolean
}

/**
 * Timestamps of a failover from the previous path of the prefixes to the current path, and the durations between them.
 * Each timestamp is a pair of bounds; null if no poll shows it (docs/rules/events.md, "Failover durations").
 */
export interface FailoverDetail {
  /** F: forwarding on the previous path ends */
  forwardingEnds: Bounds | null
  /** S: the session of the previous path ends */
  sessionEnds: Bounds | null
  /** R (rerouted): the new path becomes the best path */
  rerouted: Bounds
  /** B: traffic of the previous path appears on the new path */
  forwardingResumes: Bounds | null
  /** R - S: from the end of the previous path's session to the new best path */
  controlPlane: DurationBounds | null
  /** B - F: from the end of forwarding on the previous path to its resumption on the new path */
  dataPlane: DurationBounds | null
  /** S - F: from the end of forwarding to the end of the session */
  detection: DurationBounds | null
  /** true if the new path already carried these prefixes, so no route had to be learned */
  noRelearning: boolean
  /** unknown values and the reason for each, one sentence per value */
  missing: string[]
  mechanism: LossLag | null
  /** time budgets of the possible classes; the first is the class to which this failover is expected to belong */
  expectations: FailoverExpectation[]
  /** true if a later sample contradicted an earlier bound, which was kept */
  revisedOutside: boolean
  /** revisions of the timestamps by later samples, oldest first; absent in data stored before this field existed */
  revisions?: FailoverRevision[]
}

/** Loss of forwarding before the end of a session, recorded in addition to the end of the session. */
export interface ForwardingLoss {
  started: Bounds
  /** evidence: byte counters, byte counters with Azure Monitor's bit rates, or only the hold time */
  basis: 'counters' | 'metrics' | 'hold_time'
  /** null if the hold time is the only evidence */
  mechanism: LossLag | null
  /** true if a later sample contradicted an earlier bound, which was kept */
  revisedOutside: boolean
}
