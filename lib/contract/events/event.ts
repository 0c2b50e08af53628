import type { Cause, Evidence } from './cause.ts'
import type { EventKind } from '../event-kinds/index.ts'
import type { Explanation } from './explanation.ts'
import type { Bounds, DurationBounds, EpochMs } from '../time/time.ts'

export const severities = ['critical', 'major', 'minor', 'warning', 'info'] as const
export type Severity = (typeof severities)[number]

/** Whether it makes a problem of what works otherwise; a warning is for a desk, not for a wall. */
export const countsAsProblem = ({ severity }: { severity: Severity }): boolean =>
  severity !== 'warning' && severity !== 'info'

/** The one meaning of an open incident in every count: it calls for somebody. What is up again, and what is planned, does not. */
export const isOngoing = ({ phase, maintenance }: { phase: string; maintenance: boolean }): boolean =>
  phase === 'ongoing' && !maintenance

/**
 * An event as detection makes it. `key` is a pure function of kind, scope, subject and the polls that proved it, so that a replay
 * writes the same event once. A later version of the same key (a session_down that closed) replaces the earlier one.
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
  /** key of the event that explains this one; null or absent = it follows from no other. Once set it stays. */
  partOf?: string | null
  /** key of the incident that it belongs to */
  incident?: string | null
  /** of a failover or a change of the best path: its marks and how long it took */
  failover?: FailoverDetail | null
  /** of a session_down or path_down: when forwarding was lost ahead of it */
  forwardingLoss?: ForwardingLoss | null
}

/** Events that began together, around the one that explains most of them. A later version of one key replaces the earlier. */
export interface DetectedIncident {
  key: string
  /** scope of the event that opened it */
  scope: string
  /** key of the event that explains the others */
  root: string
  /** keys of its former roots, oldest first, and until when each was the root */
  formerRoots?: { root: string; until: EpochMs }[]
  /** what its circuits have in common and may have failed: the candidates that no sample rules out; empty or absent = none */
  explainedBy?: Explanation[]
  severity: Severity
  /** keys of its events that are part of no other event */
  members: string[]
  started: Bounds
  ended: Bounds | null
  openedAt: EpochMs
  /** null while it is open */
  closedAt: EpochMs | null
}

/** Flag of what metrics alone show, because the right to ask the router is missing: coarser, and without a state. */
export const BY_METRIC = 'by_metric'

/** Flag of an event that a maintenance window explains, followed by the window's id: it is recorded, and nobody is paged. */
export const MAINTENANCE_FLAG = 'maintenance:'

/** Flag of failing polls of resources that the network has lost: the fault alerts, and the failing polls do not. */
export const FOLLOWS_FAULT = 'follows_fault'

export const isExpectedByMaintenance = ({ flags }: { flags: readonly string[] }) =>
  flags.some((flag) => flag.startsWith(MAINTENANCE_FLAG))

/** What ended a session, as far as the lag between the loss of forwarding and the loss of the session shows. */
export const lossMechanisms = ['immediate', 'bfd_750', 'low_timers', 'hold_timer'] as const
export type LossMechanism = (typeof lossMechanisms)[number]

/** The classes of failover that have a budget of their own (docs/rules/events.md, "Failover durations"). */
export const failoverClasses = ['withdrawal', 'bfd', 'bfd_750', 'hold_timer', 'vpn_planned', 'vpn_unplanned'] as const
export type FailoverClass = (typeof failoverClasses)[number]

export const failoverVerdicts = ['within', 'exceeded', 'not_provable'] as const
export type FailoverVerdict = (typeof failoverVerdicts)[number]

/** How long a failover may take in a class, and whether what is known of this one proves that it did not take longer. */
export interface FailoverExpectation {
  class: FailoverClass
  budgetMs: number
  verdict: FailoverVerdict
}

/** How a session can have ended, by its lag behind the loss of forwarding. */
export interface LossLag {
  /** from the loss of forwarding to the end of the session; never below 0 */
  lag: DurationBounds
  /** every mechanism whose usual lag meets it */
  possible: LossMechanism[]
  /** the only one that does; null = several do, or none */
  named: LossMechanism | null
  /** what follows from it, in one sentence; null = nothing does */
  advice: string | null
}

/** A revision of one mark of a failover by later samples, which narrowed or contradicted it. */
export interface FailoverRevision {
  /** end of the poll that revised it */
  at: EpochMs
  mark: 'forwardingEnds' | 'sessionEnds' | 'forwardingResumes'
  /** the evidence: byte counters, Azure Monitor's bit rates, or (of a session) the polls of sessions, which count as counters */
  by: 'counters' | 'rates'
  before: Bounds
  /** by itself; what is said from then on is what both have in common */
  reported: Bounds
  /** the bounds do not overlap: `before` was kept */
  isOutside: boolean
}

/**
 * The marks of a failover from what carried the prefixes before to what carries them now, each as bounds and null where nothing
 * that was polled shows it, and the durations that follow (docs/rules/events.md, "Failover durations").
 */
export interface FailoverDetail {
  /** F: forwarding on the former path ends */
  forwardingEnds: Bounds | null
  /** S: the former path's session ends */
  sessionEnds: Bounds | null
  /** R: the new path is the best one */
  rerouted: Bounds
  /** B: bytes of the former path move on the new one */
  forwardingResumes: Bounds | null
  /** R - S */
  controlPlane: DurationBounds | null
  /** B - F */
  dataPlane: DurationBounds | null
  /** S - F */
  detection: DurationBounds | null
  /** the new path carried these prefixes already: nothing had to be learned */
  noRelearning: boolean
  /** what is not known, and why, one sentence each */
  missing: string[]
  mechanism: LossLag | null
  /** the first one is the class that this failover is expected to be of */
  expectations: FailoverExpectation[]
  /** a later sample contradicted an earlier bound, which was kept */
  revisedOutside: boolean
  /** what later samples changed of the marks, the oldest first; absent in what was stored before */
  revisions?: FailoverRevision[]
}

/** When forwarding was lost ahead of a session's end: a fact of its own beside when the session ended. */
export interface ForwardingLoss {
  started: Bounds
  /** what it rests on: byte counters, Azure Monitor's bit rates beside them, or the hold time alone */
  basis: 'counters' | 'metrics' | 'hold_time'
  /** null where it rests on the hold time alone */
  mechanism: LossLag | null
  /** a later sample contradicted an earlier bound, which was kept */
  revisedOutside: boolean
}
