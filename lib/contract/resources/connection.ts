import type { GatewayConnectionDetails, IpsecConnectionDetails, IpsecPolicy } from '../api/shared-facts.ts'

/** Configuration of a gateway connection; null if ARM does not report the value. */
export interface ConnectionConfig extends GatewayConnectionDetails, IpsecConnectionDetails {
  resource: 'connection'
  /** value reported by ARM: `ExpressRoute`, `IPsec`, `Vnet2Vnet` */
  type: string | null
  status: string | null
  provisioningState: string | null
  /** keys (`normalizeArmId`) of the gateways that the connection joins */
  gatewayKeys: string[]
  /** key (`normalizeArmId`) of the connected circuit; null for other connection types */
  circuitKey: string | null
  /**
   * key (`normalizeArmId`) of the local network gateway, which represents the on-premises device; null for other
   * connection types
   */
  deviceKey: string | null
  /**
   * true if BGP runs over the connection. False = its routes are static, so no BGP session shows whether a tunnel is
   * down
   */
  bgp: boolean | null
  /** IPsec policies that were configured for this connection; empty = Azure's default policies */
  ipsecPolicies: IpsecPolicy[]
  /**
   * addresses that the gateway uses for BGP over this connection in place of its default address; usually APIPA
   * (169.254.0.0/16)
   */
  gatewayBgpAddresses: string[]
}

export type { IpsecPolicy }

/**
 * Reports whether a connection leads to a circuit. ARM has no byte counters for such a connection, so its traffic is
 * known only from Azure Monitor.
 */
export const isExpressRouteConnection = ({ type }: Pick<ConnectionConfig, 'type'>): boolean =>
  type?.toLowerCase() === 'expressroute'

/** Configuration of a local network gateway, which represents the on-premises device in Azure. */
export interface LocalGatewayConfig {
  resource: 'localGateway'
  /** public IP address or DNS name of the device */
  remote: string | null
  /** prefixes behind the device for static routing; with BGP usually only the device's BGP address */
  prefixes: string[]
  asn: number | null
  bgpAddress: string | null
}

/**
 * Returns the routing weight of a connection, by which Azure prefers routes. The connection's own poll takes precedence
 * over the inventory, because it is made more often. Both read the same ARM property.
 * @param configured configuration from the inventory
 * @param reported last result of the connection's own poll; null = not available
 * @returns null if neither reports a weight
 */
export const getRoutingWeight = (
  configured: Pick<ConnectionConfig, 'routingWeight'>,
  reported: Pick<ConnectionConfig, 'routingWeight'> | null,
): number | null => reported?.routingWeight ?? configured.routingWeight

export type TunnelState = 'up' | 'down' | 'unknown'

/**
 * Returns whether a connection or tunnel is up, from ARM's status; `Connecting` counts as down. Source: Azure Network
 * REST, VirtualNetworkGatewayConnectionStatus: Unknown, Connecting, Connected, NotConnected.
 */
export function parseTunnelState(word: string | null): TunnelState {
  switch (word?.toLowerCase()) {
    case 'connected':
      return 'up'
    case 'connecting':
    case 'notconnected':
      return 'down'
    default:
      return 'unknown'
  }
}

/**
 * Returns the far end's address of a VPN tunnel from ARM's name of the tunnel, for example `203.0.113.10` from
 * `cxn-branch_203.0.113.10`.
 * @returns null if the name contains no address
 */
export const parseTunnelRemoteAddress = (name: string): string | null =>
  /_([0-9a-f.:]+)(?: \(\d+\))?$/i.exec(name)?.[1] ?? null
