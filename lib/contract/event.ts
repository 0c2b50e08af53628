import type { Bounds, DurationBounds, EpochMs } from './time.ts'

export const severities = ['critical', 'major', 'minor', 'warning', 'info'] as const
export type Severity = (typeof severities)[number]

/** Kinds are spelled as in docs/rules/events.md; more kinds come with the detectors that raise them. */
export const eventKinds = ['session_down', 'session_up'] as const
export type EventKind = (typeof eventKinds)[number]

export const causeOwners = ['microsoft', 'provider', 'onprem', 'own_change', 'unknown'] as const
export type CauseOwner = (typeof causeOwners)[number]

export interface Cause {
  class: string
  owner: CauseOwner
  /** certain 1, likely 0.7, medium 0.5 */
  confidence: number
  evidence: Evidence[]
  nextStep: string
}

/** A row field that speaks for a statement: its values before and after, and when both were sampled. */
export interface Evidence {
  field: string
  before: unknown
  after: unknown
  sampledBefore: Bounds | null
  sampledAfter: Bounds | null
}

/**
 * An event as detection makes it. `key` is a pure function of what the event is about and of the polls that
 * proved it, so that a replay writes the same event once. A later version of the same key (a session_down that
 * closed) replaces the earlier one.
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
  /** key of the event that explains this one; null or absent = it stands for itself. Once set it stays. */
  partOf?: string | null
}
