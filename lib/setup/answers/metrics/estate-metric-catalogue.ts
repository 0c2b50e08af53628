import type { MetricFamily } from '#lib/platform/metrics-exposition.ts'

type Described = Pick<MetricFamily, 'type' | 'help'>

const describedAs =
  <const Type extends Described['type']>(type: Type) =>
  (help: string) => ({ type, help })

const info = describedAs('info')
const gauge = describedAs('gauge')
const counter = describedAs('counter')

/**
 * Metrics about gateways, circuits, paths, sessions and polls, with type and help text, in the order of the response.
 * The labels `id` and `name` always identify the resource, so that metrics can be joined. If OpenConfig defines a name
 * for a value, this name is used. A metric without a value is absent.
 */
export const estateMetrics = {
  peerwatch_gateway: info('A gateway: kind, SKU, subscription'),
  peerwatch_gateway_state: gauge('State of a gateway: 1 for the one it is in; absent while unknown'),
  peerwatch_gateway_sessions_up: gauge('BGP sessions of a gateway that are up'),
  peerwatch_gateway_sessions_expected: gauge('BGP sessions of a gateway that should be up'),
  peerwatch_circuit: info('A circuit: provider, peering location, tier, subscription'),
  peerwatch_circuit_redundancy: gauge('Redundancy of a circuit: 1 for what it is; absent while unknown'),
  peerwatch_circuit_paths_up: gauge('Paths of a circuit that are up, as bounds'),
  peerwatch_circuit_bandwidth_bits_per_second: gauge('Bandwidth of each path of a circuit'),
  peerwatch_path_state: gauge('State of a path: 1 for the one it is in; absent while unknown'),
  peerwatch_path_state_since_timestamp_seconds: gauge('When a path came into its state, as bounds'),
  peerwatch_path_bits_per_second: gauge('Rate of a path from its last two counter samples; in = into Azure'),
  peerwatch_path_bytes: counter('Bytes of a path as Azure counts them; in = into Azure'),
  peerwatch_path_prefixes_received: gauge('Prefixes that Microsoft received from the customer on a path'),
  peerwatch_path_prefixes_limit: gauge('Prefixes that Microsoft accepts on a path; the session ends above it'),
  peerwatch_path_prefixes_headroom: gauge('Prefixes that a path can receive before it reaches its limit'),
  peerwatch_bgp_neighbor: info('A BGP session: AS of the neighbor, its role, how the session is known'),
  peerwatch_bgp_neighbor_up: gauge(
    'Whether a BGP session is up: 1 or 0; absent while unknown, disabled or never established',
  ),
  peerwatch_bgp_neighbor_session_state: gauge(
    'bgpPeerState of RFC 4273: 1 idle, 2 connect, 3 active, 4 openSent, 5 openConfirm, 6 established; absent while unknown',
  ),
  peerwatch_bgp_neighbor_last_established_timestamp_seconds: gauge(
    'When a session that is up was established, as bounds; time() less it is its uptime',
  ),
  peerwatch_bgp_neighbor_established_transitions: counter('How often a session was seen to come up'),
  peerwatch_bgp_neighbor_prefixes_received: gauge('Prefixes received from a neighbor'),
  peerwatch_bgp_neighbor_last_seen_timestamp_seconds: gauge('End of the last good poll that listed a session'),
  peerwatch_poll_last_good_timestamp_seconds: gauge('End of the last poll of a source that was answered'),
  peerwatch_poll_interval_seconds: gauge('Interval of a poll that is in force'),
  peerwatch_poll_floor_seconds: gauge('The shortest outage that a poll is certain to detect'),
  peerwatch_poll_stale: gauge('Whether a poll is too old to rely on: 1 or 0'),
  peerwatch_unknown_reason: gauge(
    'Why a gateway, circuit, path or session has no state, always 1: absent means unknown, never zero',
  ),
} as const satisfies Record<string, Described>

export type EstateMetric = keyof typeof estateMetrics
