/** User VPN gateways (point-to-site) of hubs in ARM's format. Source: Azure Network REST, P2SVpnGateway. */
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { hash32 } from '../hash.ts'
import type { VirtualHubSpec } from '../schema.ts'
import { type ArmOperationContext, createResourceNotFoundError } from './context.ts'
import { listHubsInRequestScope } from './hub.ts'
import { createHubChildResourceFields, hubId, createConnectionRoutingConfig } from './hub-parts.ts'

type UserVpn = NonNullable<VirtualHubSpec['userVpn']>

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
 * Returns the number of connected devices and their traffic. The number is the scenario's maximum, or up to a tenth
 * less. It changes every five minutes.
 */
function healthAt({ at, world }: ArmOperationContext, { name, clients, mbps, pool }: UserVpn) {
  const absent = hash32(`${name}/${Math.floor(at / (5 * MS_PER_MINUTE))}`) % (Math.ceil(clients / 10) + 1)
  const count = Math.max(0, clients - absent)
  const bytes = Math.max(0, Math.floor(((mbps * 1e6) / 8) * ((at - world.origin) / MS_PER_SECOND)))
  const network = pool.split('.').slice(0, 3).join('.')
  return {
    vpnClientConnectionsCount: count,
    allocatedIpAddresses: Array.from({ length: Math.min(count, 250) }, (_, n) => `${network}.${n + 2}`),
    totalIngressBytesTransferred: bytes,
    totalEgressBytesTransferred: 4 * bytes,
  }
}
