import type { EventKind, PollKind } from '#lib/contract/index.ts'

const sessions: readonly PollKind[] = ['peers', 'summary']
const paths: readonly PollKind[] = ['summary', 'arp']
const gateway: readonly PollKind[] = ['peers', 'inventory']
const learned: readonly PollKind[] = ['learned']
const configuration: readonly PollKind[] = ['inventory', 'activity']
const traffic: readonly PollKind[] = ['stats']

/** The polls without which an event of a kind can't be seen to begin or to end (docs/rules/events.md). */
const restsOn: Record<EventKind, readonly PollKind[]> = {
  session_down: sessions,
  session_up: sessions,
  session_flap: sessions,
  session_flapping: sessions,
  keepalive_stall: ['peers'],
  path_down: paths,
  redundancy_lost: paths,
  redundancy_restored: paths,
  circuit_down: paths,
  peer_lost: ['peers'],
  gateway_instance_lost: ['peers'],
  gateway_isolated: ['peers'],
  gateway_changing: gateway,
  instance_divergence: ['learned', 'peers'],
  provider_state_changed: configuration,
  peering_disabled: configuration,
  peering_enabled: configuration,
  resource_removed: configuration,
  failover: learned,
  failback: learned,
  best_path_shift: learned,
  ecmp_reduced: learned,
  ecmp_restored: learned,
  no_path: learned,
  mass_withdraw: learned,
  mass_announce: learned,
  own_space_heard: learned,
  default_route_appeared: learned,
  default_route_disappeared: learned,
  prefix_headroom: sessions,
  prefix_limit_exceeded: sessions,
  counter_reset: traffic,
  session_restart_unproven: sessions,
  duration_inconsistent: sessions,
  session_unknown: sessions,
  clock_step: sessions,
  initial_state: sessions,
  failback_pending: learned,
  parity_mismatch: ['tables'],
  unintended_active_passive: traffic,
  unexpected_active_active: traffic,
  route_announced: learned,
  route_withdrawn: learned,
  path_change: learned,
  origin_change: learned,
  unexpected_transit: learned,
  more_specific: learned,
  route_churn: learned,
  microsoft_prefixes_changed: ['tables', 'summary'],
  public_prefixes_not_validated: ['inventory'],
  site_state_changed: ['peers', 'learned'],
  green_but_dead: ['stats', 'summary'],
  one_way_traffic: traffic,
  asymmetric_forwarding: traffic,
  traffic_shift: traffic,
  bandwidth_high: traffic,
  n1_capacity_risk: traffic,
  traffic_low_everywhere: traffic,
  forecast_over_budget: traffic,
  break_even_crossing: traffic,
  egress_surge: traffic,
  collector_error: sessions,
  collector_degraded: sessions,
  nothing_polled: sessions,
}

const all = [...new Set(Object.values(restsOn).flat())]

/** What events of some kinds are detected from; of all kinds when none is named. */
export function pollsBehind(kinds?: readonly EventKind[]): readonly PollKind[] {
  return kinds ? [...new Set(kinds.flatMap((kind) => restsOn[kind]))] : all
}
