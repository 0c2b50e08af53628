import {
  type StoredCircuit,
  type StoredCircuitPath,
  type StoredPeering,
  circuitPathStates,
  circuitRedundancyStates,
} from '#lib/circuits/api/index.ts'
import { gatewayStates, type GatewayToEncode } from '#lib/gateways/api/index.ts'
import { countGatewayPeers } from '#lib/gateways/api/state-text.ts'
import type { StoredSession } from '#lib/sessions/api/index.ts'
import type { TimestampBounds } from '#lib/contract/index.ts'
import type { StoredSource } from '../../api/index.ts'

import type { MetricLabels } from '#lib/platform/metrics-exposition.ts'
import type { EstateMetric } from './estate-metric-catalogue.ts'

/** Current value of a time series, which is a metric with labels. */
interface Point {
  metric: EstateMetric
  labels: MetricLabels
  value: number
}

/** All time series of one gateway, circuit, path, session or poll. They are exported or omitted together. */
export interface MetricsOfResource {
  group: 'gateway' | 'circuit' | 'path' | 'session' | 'poll'
  points: Point[]
}

type Maybe = number | null | undefined

const point = (metric: EstateMetric, labels: MetricLabels, value: Maybe): Point[] =>
  value === null || value === undefined ? [] : [{ metric, labels, value }]

/**
 * Returns one series for each possible state: 1 for the current state, 0 for the others. If the state is unknown,
 * returns a single series with the reason.
 */
function stateOrReason(
  metric: EstateMetric,
  labels: MetricLabels,
  group: MetricsOfResource['group'],
  of: { state: string; states: readonly string[]; reason: string | null },
): Point[] {
  const { state, states, reason } = of
  if (state === 'unknown') return unknown(group, labels, reason ?? 'not observed')
  return states
    .filter((one) => one !== 'unknown')
    .map((one) => ({ metric, labels: { ...labels, state: one }, value: one === state ? 1 : 0 }))
}

/**
 * Maximum number of characters of the reason for an unknown state. The reason is a label, and labels should be short.
 */
const MAX_OF_REASON = 120
const unknown = (group: MetricsOfResource['group'], labels: MetricLabels, reason: string): Point[] => [
  {
    metric: 'peerwatch_unknown_reason',
    labels: { of: group, ...labels, reason: reason.slice(0, MAX_OF_REASON) },
    value: 1,
  },
]

/**
 * Returns two series for a time: its earliest and its latest possible value. The earliest one is absent if it is before
 * monitoring began.
 */
function boundsPoints(metric: EstateMetric, labels: MetricLabels, bounds: TimestampBounds | null): Point[] {
  if (bounds === null) return []
  const { earliest, latest } = bounds
  return [
    ...(earliest > 0 ? point(metric, { ...labels, bound: 'not_before' }, earliest / 1_000) : []),
    ...point(metric, { ...labels, bound: 'not_after' }, latest / 1_000),
  ]
}

const keyOf = ({ id, name }: { id: string; name: string }) => ({ id, name })

export function createGatewayEntity(gateway: GatewayToEncode): MetricsOfResource {
  const { kind, sku, subscriptionId, state, unconfirmedSince, reason, instances } = gateway
  const { up, expected } = countGatewayPeers(gateway)
  const labels = keyOf(gateway)
  const isKnown = state !== 'unknown' && unconfirmedSince === null && instances.length > 0
  return {
    group: 'gateway',
    points: [
      ...point('peerwatch_gateway', { ...labels, kind, sku: sku.name, subscription_id: subscriptionId }, 1),
      ...stateOrReason('peerwatch_gateway_state', labels, 'gateway', { state, states: gatewayStates, reason }),
      ...point('peerwatch_gateway_sessions_up', labels, isKnown ? up : null),
      ...point('peerwatch_gateway_sessions_expected', labels, isKnown ? expected : null),
    ],
  }
}

export function createCircuitEntity(circuit: StoredCircuit): MetricsOfResource {
  const { provider, peeringLocation, sku, subscriptionId, bandwidthMbps, redundancy, atLeastPaths, atMostPaths } =
    circuit
  const labels = keyOf(circuit)
  const described = {
    provider,
    peering_location: peeringLocation,
    tier: sku.tier,
    family: sku.family,
    subscription_id: subscriptionId,
  }
  const reason = circuit.paths.find(({ state }) => state === 'unknown')?.reason ?? null
  return {
    group: 'circuit',
    points: [
      ...point('peerwatch_circuit', { ...labels, ...described }, 1),
      ...stateOrReason('peerwatch_circuit_redundancy', labels, 'circuit', {
        state: redundancy,
        states: circuitRedundancyStates,
        reason,
      }),
      ...point('peerwatch_circuit_paths_up', { ...labels, bound: 'at_least' }, atLeastPaths),
      ...point('peerwatch_circuit_paths_up', { ...labels, bound: 'at_most' }, atMostPaths),
      ...point('peerwatch_circuit_bandwidth_bits_per_second', labels, bandwidthMbps && bandwidthMbps * 1_000_000),
    ],
  }
}

/**
 * Returns the series of a path.
 * @param limit maximum number of prefixes that Microsoft accepts on the path; null = unknown
 */
export function createPathEntity(
  circuit: StoredCircuit,
  peering: Pick<StoredPeering, 'type'>,
  path: StoredCircuitPath,
  limit: number | null,
): MetricsOfResource {
  const labels = { ...keyOf(circuit), peering: peering.type, path: path.path }
  const { state, reason, since, bitsInPerSecond, bitsOutPerSecond, bytesIn, bytesOut, routesReceived } = path
  const inward = { ...labels, direction: 'in' }
  const outward = { ...labels, direction: 'out' }
  return {
    group: 'path',
    points: [
      ...stateOrReason('peerwatch_path_state', labels, 'path', { state, states: circuitPathStates, reason }),
      ...boundsPoints('peerwatch_path_state_since_timestamp_seconds', labels, since),
      ...point('peerwatch_path_bits_per_second', inward, bitsInPerSecond),
      ...point('peerwatch_path_bits_per_second', outward, bitsOutPerSecond),
      // Values are floating-point numbers, so digits beyond 2^53 are lost. Rates are not affected visibly.
      ...point('peerwatch_path_bytes', inward, bytesIn === null ? null : Number(bytesIn)),
      ...point('peerwatch_path_bytes', outward, bytesOut === null ? null : Number(bytesOut)),
      ...point('peerwatch_path_prefixes_received', labels, routesReceived),
      ...point('peerwatch_path_prefixes_limit', labels, limit),
      ...point(
        'peerwatch_path_prefixes_headroom',
        labels,
        limit === null || routesReceived === null ? null : limit - routesReceived,
      ),
    ],
  }
}

/**
 * Numbers of the states of a session in bgpPeerState.
 * @source RFC 4273
 */
const bgpPeerState: Partial<Record<StoredSession['state'], number>> = {
  idle: 1,
  connect: 2,
  active: 3,
  openSent: 4,
  openConfirm: 5,
  established: 6,
}

const upOf: Readonly<Record<StoredSession['verdict'], number | null>> = {
  up: 1,
  down: 0,
  never_established: null,
  disabled: null,
  not_reported: null,
  unknown: null,
}

export function createSessionEntity(session: StoredSession): MetricsOfResource {
  const { scope, scopeName, peering, path, localAddress, neighbor, remoteAsn, role, evidence, verdict, known, state } =
    session
  const labels = { id: scope, name: scopeName, peering, path, local_address: localAddress, neighbor_address: neighbor }
  const isUnknown = verdict === 'unknown' || verdict === 'not_reported'
  return {
    group: 'session',
    points: [
      ...point('peerwatch_bgp_neighbor', { ...labels, peer_as: remoteAsn, role, evidence }, 1),
      ...point('peerwatch_bgp_neighbor_up', labels, upOf[verdict]),
      ...point('peerwatch_bgp_neighbor_session_state', labels, bgpPeerState[state]),
      ...boundsPoints(
        'peerwatch_bgp_neighbor_last_established_timestamp_seconds',
        labels,
        verdict === 'up' ? session.establishedAt : null,
      ),
      ...point('peerwatch_bgp_neighbor_established_transitions', labels, session.establishedTransitions),
      ...point('peerwatch_bgp_neighbor_prefixes_received', labels, isUnknown ? null : session.prefixesReceived),
      ...point(
        'peerwatch_bgp_neighbor_last_seen_timestamp_seconds',
        labels,
        session.lastSeenAt && session.lastSeenAt / 1_000,
      ),
      ...(isUnknown ? unknown('session', labels, verdict === 'not_reported' ? 'not reported' : known) : []),
    ],
  }
}

export function createPollEntity(source: StoredSource): MetricsOfResource {
  const { scope, scopeName, kind, subresource, peering, path, state, lastOkAt, intervalSeconds, floorSeconds } = source
  const labels = { id: scope, name: scopeName, kind, subresource, peering, path }
  return {
    group: 'poll',
    points: [
      ...point('peerwatch_poll_last_good_timestamp_seconds', labels, lastOkAt === null ? null : lastOkAt / 1_000),
      ...point('peerwatch_poll_interval_seconds', labels, intervalSeconds),
      ...point('peerwatch_poll_floor_seconds', labels, floorSeconds),
      ...point('peerwatch_poll_stale', labels, state === 'stale' || state === 'never' ? 1 : 0),
    ],
  }
}
