import type { Bounds, DurationBounds, EpochMs } from './time.ts'

export const severities = ['critical', 'major', 'minor', 'warning', 'info'] as const
export type Severity = (typeof severities)[number]

/** Kinds are spelled as in docs/rules/events.md; more kinds come with the detectors that raise them. */
export const eventKinds = [
  'session_down',
  'session_up',
  'session_flap',
  'session_flapping',
  'keepalive_stall',
  'path_down',
  'redundancy_lost',
  'redundancy_restored',
  'circuit_down',
  'peer_lost',
  'gateway_instance_lost',
  'gateway_isolated',
  'gateway_changing',
  'provider_state_changed',
  'peering_disabled',
  'peering_enabled',
  'resource_removed',
  'failover',
  'failback',
  'best_path_shift',
  'ecmp_reduced',
  'ecmp_restored',
  'no_path',
  'mass_withdraw',
  'mass_announce',
  'own_space_heard',
  'default_route_appeared',
  'default_route_disappeared',
  'prefix_headroom',
  'prefix_limit_exceeded',
  'counter_reset',
] as const
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
  /** key of the incident that it belongs to */
  incident?: string | null
}

/** Events that began together, around the one that explains most of them. A later version of one key replaces the earlier. */
export interface DetectedIncident {
  key: string
  /** scope of the event that opened it */
  scope: string
  /** key of the event that explains the others */
  root: string
  severity: Severity
  /** keys of its events that stand for themselves */
  members: string[]
  started: Bounds
  ended: Bounds | null
  openedAt: EpochMs
  /** null while it is open */
  closedAt: EpochMs | null
}
