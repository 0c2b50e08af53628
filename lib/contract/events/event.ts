import type { Cause, Evidence } from './cause.ts'
import type { EventKind } from '../event-kinds/index.ts'
import type { Explanation } from './explanation.ts'
import type { FailoverDetail, ForwardingLoss } from './failover.ts'
import type { Bounds, DurationBounds, EpochMs } from '../time/time.ts'

export const severities = ['critical', 'major', 'minor', 'warning', 'info'] as const
export type Severity = (typeof severities)[number]

/** Whether it makes a problem of what works otherwise; a warning is for a desk, not for a wall. */
export const isGrave = ({ severity }: { severity: Severity }): boolean => severity !== 'warning' && severity !== 'info'

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
