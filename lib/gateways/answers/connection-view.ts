import { reservedBy } from '#lib/bgp/index.ts'
import type { Connection, RemoteDevice } from '../api/index.ts'
import {
  type ConnectionConfig,
  isExpressRoute,
  provisioningNote,
  routingWeightOf,
  tunnelRemote,
  tunnelState,
} from '#lib/contract/index.ts'
import type { Tunnel } from '../api/tunnels.ts'
import type { ConnectionAt, CounterNow, TunnelNow } from '#lib/history/index.ts'
import type { connectionsOfGateway, Topology } from '#lib/questions/topology.ts'
import { isoBounds } from '#lib/questions/wire.ts'

/** What was read for connections, by their ids. */
interface ConnectionFacts {
  estate: Topology
  live: ReadonlyMap<string, ConnectionAt[]>
  counters: ReadonlyMap<string, CounterNow[]>
  tunnels: ReadonlyMap<string, TunnelNow[]>
}

/** One connection of a gateway, as configured and as last polled. */
export function connectionView(
  { resource, config, circuit }: ReturnType<typeof connectionsOfGateway>[number],
  { estate, live, counters, tunnels }: ConnectionFacts,
): Connection {
  const now = live.get(resource.id)?.[0]?.live
  const own = counters.get(resource.id) ?? []
  const states = tunnels.get(resource.id) ?? []
  const whole = states.find(({ name }) => name === '')
  const counter = own.find((row) => row.counter === '')
  return {
    id: resource.id,
    resourceId: resource.resourceId,
    name: resource.name,
    type: config.type,
    status: now?.connectionStatus ?? config.status,
    provisioningState: config.provisioningState,
    provisioningNote: provisioningNote(config),
    routingWeight: routingWeightOf(config, now ?? null),
    fastPath: now?.fastPath ?? config.fastPath,
    circuitId: circuit?.id ?? null,
    circuitName: circuit?.name ?? null,
    // one that was recorded before says 0 for ever
    bytesIn: isExpressRoute(config) ? null : (counter?.latest.bytesIn ?? null),
    bytesOut: isExpressRoute(config) ? null : (counter?.latest.bytesOut ?? null),
    since: whole ? isoBounds(whole.since) : null,
    bgp: isVpn(config) ? config.bgp : null,
    tunnels: states.filter(({ name }) => name !== '').map((tunnel) => tunnelView(tunnel, own)),
    device: deviceView(config, estate),
    gatewayBgpAddresses: config.gatewayBgpAddresses,
    ipsec: isVpn(config) ? ipsecView(config) : null,
  }
}

const isVpn = ({ type }: ConnectionConfig) => type?.toLowerCase() === 'ipsec' || type?.toLowerCase() === 'vnet2vnet'

/** A tunnel as last polled. @param counters of its source */
export function tunnelView({ name, status, since }: TunnelNow, counters: readonly CounterNow[]): Tunnel {
  const latest = counters.find(({ counter }) => counter === `tunnel/${name}`)?.latest
  return {
    name,
    remote: tunnelRemote(name),
    state: tunnelState(status),
    azureStatus: status,
    since: isoBounds(since),
    bytesIn: latest?.bytesIn ?? null,
    bytesOut: latest?.bytesOut ?? null,
  }
}

function deviceView({ deviceKey }: ConnectionConfig, { devices }: Topology): RemoteDevice | null {
  const device = deviceKey === null ? undefined : devices.get(deviceKey)
  if (!device) return null
  const { remote, asn, bgpAddress, prefixes } = device.config
  return {
    id: device.resource.id,
    name: device.resource.name,
    address: remote,
    asn,
    asnReservedBy: asn === null ? null : reservedBy(asn),
    bgpAddress,
    prefixes,
  }
}

const ipsecView = ({ protocol, mode, dpdSeconds, policyBased, ipsecPolicies }: ConnectionConfig) => ({
  protocol,
  mode,
  dpdSeconds,
  policyBased,
  policies: ipsecPolicies,
})
