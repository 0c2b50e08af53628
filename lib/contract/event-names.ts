import type { EventKind } from './event.ts'

/** The scope of what is about all circuits, whatever they are connected to: no resource's id. */
export const WHOLE_ESTATE = 'estate'
/** What it is called wherever people read it. */
export const WHOLE_ESTATE_NAME = 'Whole estate'

/** What a kind of event is called wherever people read it: screens, mail, messages. */
export const eventKindNames: Record<EventKind, string> = {
  session_down: 'Session down',
  session_up: 'Session up',
  session_flap: 'Session flap',
  session_flapping: 'Session flapping',
  keepalive_stall: 'Keepalive stall',
  session_restart_unproven: 'Restart not proven',
  duration_inconsistent: 'Age contradicts the polls',
  session_unknown: 'State not told',
  initial_state: 'First seen',
  path_down: 'Path down',
  redundancy_lost: 'Redundancy lost',
  redundancy_restored: 'Redundancy restored',
  circuit_down: 'Circuit down',
  prefix_limit_exceeded: 'Prefix limit exceeded',
  prefix_headroom: 'Prefix headroom short',
  parity_mismatch: 'Paths differ',
  unintended_active_passive: 'One path idle',
  unexpected_active_active: 'Standby carries traffic',
  peer_lost: 'Peer lost',
  gateway_instance_lost: 'Gateway instance lost',
  gateway_isolated: 'Gateway isolated',
  gateway_changing: 'Gateway changing',
  instance_divergence: 'Instances learn differently',
  failover: 'Failover',
  failback: 'Failback',
  failback_pending: 'Failback pending',
  best_path_shift: 'Best path moved',
  ecmp_reduced: 'Fewer equal ways',
  ecmp_restored: 'Equal ways restored',
  no_path: 'No path',
  path_change: 'Path changed',
  mass_withdraw: 'Many prefixes withdrawn',
  mass_announce: 'Many prefixes announced',
  own_space_heard: 'Own space heard from outside',
  default_route_appeared: 'Default route appeared',
  default_route_disappeared: 'Default route gone',
  route_announced: 'Watched prefix announced',
  route_withdrawn: 'Watched prefix withdrawn',
  origin_change: 'Origin changed',
  unexpected_transit: 'Unexpected transit',
  more_specific: 'More specific prefix',
  route_churn: 'Route churn',
  microsoft_prefixes_changed: 'Microsoft’s prefixes changed',
  public_prefixes_not_validated: 'Public prefixes not validated',
  green_but_dead: 'Green but dead',
  one_way_traffic: 'One-way traffic',
  asymmetric_forwarding: 'Asymmetric forwarding',
  traffic_shift: 'Traffic moved',
  bandwidth_high: 'Bandwidth nearly used',
  n1_capacity_risk: 'One path would not carry it',
  traffic_low_everywhere: 'Little traffic everywhere',
  counter_reset: 'Counter reset',
  provider_state_changed: 'Provider’s state changed',
  peering_disabled: 'Peering disabled',
  peering_enabled: 'Peering enabled',
  resource_removed: 'Resource removed',
  forecast_over_budget: 'Over budget',
  break_even_crossing: 'Past the break-even',
  egress_surge: 'Egress surge',
  site_state_changed: 'Site’s state changed',
  clock_step: 'Clock step',
  collector_error: 'Polls fail',
  collector_degraded: 'Polls are slow',
  nothing_polled: 'Nothing is polled',
}

const siteStates: Record<string, string> = {
  on_backup: 'on backup',
  partial: 'reached in part',
  default_only: 'reached by a default route only',
  unreachable: 'not reached',
}

/** What became of a site: `on_backup`; null where an event's flags tell of none. */
export const siteStateOf = (flags: readonly string[]): string | null =>
  flags.find((flag) => flag.startsWith('to:'))?.slice('to:'.length) ?? null

/** The same, as it stands behind the site's name: `DC-A on backup`. */
export const siteStateName = (flags: readonly string[]): string | null => siteStates[siteStateOf(flags) ?? ''] ?? null
