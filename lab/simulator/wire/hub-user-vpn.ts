/** User VPN gateways (point-to-site) of hubs in ARM's format. Source: Azure Network REST, P2SVpnGateway. */
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { hash32 } from '../hash.ts'
import type { VirtualHubSpec } from '../schema.ts'
import { type ArmOperationContext, createResourceNotFoundError } from './context.ts'
import { listHubsInRequestScope } from './hub.ts'
import { createHubChildResourceFields, hubId, createConnectionRoutingConfig } from './hub-parts.ts'
import { formatInstanceRoleName, type SimulatedMetric } from './metric-series.ts'

type UserVpn = NonNullable<VirtualHubSpec['userVpn']>

/**
 * Returns the metrics of user VPN, of a hub or of a VPN gateway (platform metrics list). The devices use OpenVPN and are shared equally by
 * the two instances, and each instance learns one route for each device.
 */
export function userVpnMetrics(userVpn: Omit<UserVpn, 'scaleUnits'> | undefined): SimulatedMetric[] {
  if (!userVpn) return []
  const ofInstance = (instance: number, at: number) => Math.floor((clientsAt(userVpn, at) + 1 - instance) / 2)
  const series = (
    more: Readonly<Record<string, string>>,
    value: (instance: number, from: number, to: number) => number,
  ): SimulatedMetric['series'] =>
    [0, 1].map((instance) => ({
      dimensions: { ...more, Instance: formatInstanceRoleName(instance) },
      value: (from, to) => value(instance, from, to),
    }))
  return [
    {
      name: 'P2SConnectionCount',
      unit: 'Count',
      aggregation: 'Total',
      dimensions: ['Protocol', 'Instance'],
      grain: MS_PER_MINUTE,
      // one sample a minute, so that the sum of a longer interval counts each connection once a minute
      series: series({ Protocol: 'OpenVPN' }, (instance, from, to) =>
        Math.round((ofInstance(instance, from) * (to - from)) / MS_PER_MINUTE),
      ),
    },
    {
      name: 'P2SBandwidth',
      unit: 'BytesPerSecond',
      aggregation: 'Average',
      dimensions: ['Instance'],
      grain: MS_PER_MINUTE,
      // both directions: the traffic to users is four times the traffic from users
      series: series({}, () => (5 * userVpn.mbps * 125_000) / 2),
    },
    {
      name: 'UserVpnRouteCount',
      unit: 'Count',
      aggregation: 'Total',
      dimensions: ['RouteType', 'Instance'],
      grain: 5 * MS_PER_MINUTE,
      series: series({ RouteType: 'Dynamic' }, (_, from) => clientsAt(userVpn, from)),
    },
  ]
}

/** Answers P2sVpnGateways_List. */
export const listUserVpnGateways = (c: ArmOperationContext) =>
  listHubsInRequestScope(c).flatMap((hub) => (hub.userVpn ? [gatewayBody(c, hub, hub.userVpn)] : []))

/** Answers P2sVpnGateways_Get. */
export function getUserVpnGateway(c: ArmOperationContext) {
  const name = c.params.name ?? ''
  const found = listUserVpnGateways(c).find((one) => one.name.toLowerCase() === name.toLowerCase())
  if (!found) throw createResourceNotFoundError('p2sVpnGateways', name, c.params.group ?? '')
  return found
}

function gatewayBody(c: ArmOperationContext, hub: VirtualHubSpec, userVpn: UserVpn) {
  const { name, scaleUnits, pool } = userVpn
  return {
    ...createHubChildResourceFields(c, hub, 'p2sVpnGateways', name, hub.tags),
    properties: {
      provisioningState: 'Succeeded',
      virtualHub: { id: hubId(c, hub) },
      vpnGatewayScaleUnit: scaleUnits,
      customDnsServers: [],
      isRoutingPreferenceInternet: false,
      p2SConnectionConfigurations: [
        {
          name: `${name}-users`,
          properties: {
            vpnClientAddressPool: { addressPrefixes: [pool] },
            enableInternetSecurity: false,
            routingConfiguration: createConnectionRoutingConfig(c, hub, name),
            provisioningState: 'Succeeded',
          },
        },
      ],
      vpnClientConnectionHealth: healthAt(c, userVpn),
    },
  }
}

/**
 * Returns the number of connected devices. It is the scenario's maximum, or up to a tenth less. It changes every five
 * minutes.
 */
function clientsAt({ name, clients }: Pick<UserVpn, 'name' | 'clients'>, at: number): number {
  const absent = hash32(`${name}/${Math.floor(at / (5 * MS_PER_MINUTE))}`) % (Math.ceil(clients / 10) + 1)
  return Math.max(0, clients - absent)
}

/** Returns the number of connected devices and their traffic. */
function healthAt({ at, world }: ArmOperationContext, userVpn: UserVpn) {
  const { mbps, pool } = userVpn
  const count = clientsAt(userVpn, at)
  const bytes = Math.max(0, Math.floor(((mbps * 1e6) / 8) * ((at - world.origin) / MS_PER_SECOND)))
  const network = pool.split('.').slice(0, 3).join('.')
  return {
    vpnClientConnectionsCount: count,
    allocatedIpAddresses: Array.from({ length: Math.min(count, 250) }, (_, n) => `${network}.${n + 2}`),
    totalIngressBytesTransferred: bytes,
    totalEgressBytesTransferred: 4 * bytes,
  }
}
