import type { Explanation } from './explanation.ts'
import type { FailoverDetail, ForwardingLoss } from './failover.ts'
import type { Bounds, DurationBounds, EpochMs } from './time.ts'

export const severities = ['critical', 'major', 'minor', 'warning', 'info'] as const
export type Severity = (typeof severities)[number]

/** Kinds are spelled as in docs/rules/events.md. */
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
  'instance_divergence',
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
  'session_restart_unproven',
  'duration_inconsistent',
  'session_unknown',
  'clock_step',
  'initial_state',
  'failback_pending',
  'parity_mismatch',
  'unintended_active_passive',
  'unexpected_active_active',
  'route_announced',
  'route_withdrawn',
  'path_change',
  'origin_change',
  'unexpected_transit',
  'more_specific',
  'route_churn',
  'microsoft_prefixes_changed',
  'public_prefixes_not_validated',
  'site_state_changed',
  'green_but_dead',
  'one_way_traffic',
  'asymmetric_forwarding',
  'traffic_shift',
  'bandwidth_high',
  'n1_capacity_risk',
  'traffic_low_everywhere',
  'forecast_over_budget',
  'break_even_crossing',
  'egress_surge',
  'collector_error',
  'collector_degraded',
  'nothing_polled',
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
  /** of a failover or a shift of the best path: its marks and how long it took */
  failover?: FailoverDetail | null
  /** of a session's or path's fall: when forwarding was lost ahead of it */
  forwardingLoss?: ForwardingLoss | null
}

/** Events that began together, around the one that explains most of them. A later version of one key replaces the earlier. */
export interface DetectedIncident {
  key: string
  /** scope of the event that opened it */
  scope: string
  /** key of the event that explains the others */
  root: string
  /** keys of the events that were held to explain it before, oldest first, and until when */
  formerRoots?: { root: string; until: EpochMs }[]
  /** what its circuits have in common that would explain it, nothing told apart; empty or absent = nothing known does */
  explainedBy?: Explanation[]
  severity: Severity
  /** keys of its events that stand for themselves */
  members: string[]
  started: Bounds
  ended: Bounds | null
  openedAt: EpochMs
  /** null while it is open */
  closedAt: EpochMs | null
}

/** Flag of what a maintenance window was expected to bring, followed by the window's id: it is recorded, and nobody is paged. */
export const MAINTENANCE_FLAG = 'maintenance:'

/** Flag of failing polls that lack only what the network has lost: the fault pages, and not its silence. */
export const FOLLOWS_FAULT = 'follows_fault'

export const isExpectedByMaintenance = ({ flags }: { flags: readonly string[] }) =>
  flags.some((flag) => flag.startsWith(MAINTENANCE_FLAG))
