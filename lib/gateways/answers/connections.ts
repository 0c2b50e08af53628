import { findAsnReservation } from '#lib/bgp/index.ts'
import type { RemoteDevice, GatewayToEncode } from '../api/index.ts'
import {
  type ConnectionConfig,
  type EpochMs,
  isExpressRouteConnection,
  formatProvisioningNote,
  getRoutingWeight,
  parseTunnelRemoteAddress,
  parseTunnelState,
} from '#lib/contract/index.ts'
import type { ConnectionStateAtMoment, CurrentCounter, CurrentTunnel, SourceStatus } from '#lib/history/index.ts'
import { findNotPolledSince } from '#lib/questions/freshness.ts'
import type { listGatewayConnections, EstateTopology } from '#lib/questions/topology.ts'

/** Data of the latest polls that describe connections. `live`, `counters` and `tunnels` are maps by connection ID. */
export interface ConnectionFacts {
  estate: EstateTopology
  live: ReadonlyMap<string, ConnectionStateAtMoment[]>
  counters: ReadonlyMap<string, CurrentCounter[]>
  tunnels: ReadonlyMap<string, CurrentTunnel[]>
  /** polls of all resources, also polls that are no longer scheduled, by resource ID */
  polls: ReadonlyMap<string, SourceStatus[]>
  now: EpochMs
}

/** Describes one connection of a gateway from its configuration and its latest poll. */
export function describeGatewayConnection(
  { resource, config, circuit }: ReturnType<typeof listGatewayConnections>[number],
  { estate, live, counters, tunnels, polls, now }: ConnectionFacts,
): GatewayToEncode['connections'][number] {
  const polled = live.get(resource.id)?.[0]?.live
  const sources = (polls.get(resource.id) ?? []).filter(({ poll }) => poll.kind === 'connection')
  const notPolledSince = polled ? findNotPolledSince(sources, now) : null
  const own = counters.get(resource.id) ?? []
  const states = tunnels.get(resource.id) ?? []
  const counter = own.find((row) => row.counter === '')
  return {
    ...resource,
    ...config,
    status: polled?.connectionStatus ?? config.status,
    ...(notPolledSince !== null && { notPolledSince }),
    provisioningNote: formatProvisioningNote(config),
    routingWeight: getRoutingWeight(config, polled ?? null),
    fastPath: polled?.fastPath ?? config.fastPath,
    circuitId: circuit?.id ?? null,
    circuitName: circuit?.name ?? null,
    // The counter of an ExpressRoute connection is left out, because Azure always reports 0 for it. (Older recordings
    // may contain it.)
    bytesIn: isExpressRouteConnection(config) ? null : (counter?.latest.bytesIn ?? null),
    bytesOut: isExpressRouteConnection(config) ? null : (counter?.latest.bytesOut ?? null),
    since: states.find(({ name }) => name === '')?.since ?? null,
    bgp: isVpn(config) ? config.bgp : null,
    tunnels: states.filter(({ name }) => name !== '').map((tunnel) => describeIpsecTunnel(tunnel, own)),
    device: findDevice(config, estate),
    ipsec: isVpn(config) ? { ...config, policies: config.ipsecPolicies } : null,
  }
}

const isVpn = ({ type }: ConnectionConfig) => type?.toLowerCase() === 'ipsec' || type?.toLowerCase() === 'vnet2vnet'

/**
 * Describes a tunnel with the data of its latest poll.
 * @param counters byte counters of the resource that has the tunnel
 */
export function describeIpsecTunnel(tunnel: CurrentTunnel, counters: readonly CurrentCounter[]) {
  const latest = counters.find(({ counter }) => counter === `tunnel/${tunnel.name}`)?.latest
  return {
    ...tunnel,
    remote: parseTunnelRemoteAddress(tunnel.name),
    state: parseTunnelState(tunnel.status),
    azureStatus: tunnel.status,
    bytesIn: latest?.bytesIn ?? null,
    bytesOut: latest?.bytesOut ?? null,
  }
}

function findDevice({ deviceKey }: ConnectionConfig, { devices }: EstateTopology): RemoteDevice | null {
  const device = deviceKey === null ? undefined : devices.get(deviceKey)
  if (!device) return null
  const { remote: address, asn } = device.config
  return { ...device.resource, ...device.config, address, asnReservedBy: asn === null ? null : findAsnReservation(asn) }
}
