import type { ConnectionFacts, IpsecFacts, IpsecPolicy } from '../api/shared-facts.ts'

/** Configuration of a gateway connection; null if ARM does not report the value. */
export interface ConnectionConfig extends ConnectionFacts, IpsecFacts {
  resource: 'connection'
  /** value reported by ARM: `ExpressRoute`, `IPsec`, `Vnet2Vnet` */
  type: string | null
  status: string | null
  provisioningState: string | null
  /** keys (`armKey`) of the gateways at its ends */
  gatewayKeys: string[]
  /** key (`armKey`) of the connected circuit; null for other connection types */
  circuitKey: string | null
  /**
   * key (`armKey`) of the local network gateway that represents the on-premises device; null for other connection types
   */
  deviceKey: string | null
  /** true if BGP runs over the connection; otherwise routes are static, and no session shows that a tunnel is down */
  bgp: boolean | null
  /** custom policies agreed with the device; empty = Azure's default policies */
  ipsecPolicies: IpsecPolicy[]
  /** addresses that the gateway uses for BGP over this connection instead of its default address, usually APIPA */
  gatewayBgpAddresses: string[]
}

export type { IpsecPolicy }

/** Reports whether a connection leads to a circuit. ARM does not count its bytes; Azure Monitor measures them. */
export const isExpressRoute = ({ type }: Pick<ConnectionConfig, 'type'>): boolean =>
  type?.toLowerCase() === 'expressroute'

/** Local network gateway, which represents the on-premises device in Azure. */
export interface LocalGatewayConfig {
  resource: 'localGateway'
  /** public IP address or DNS name of the device */
  remote: string | null
  /** static routes to the device; with BGP usually only its BGP address */
  prefixes: string[]
  asn: number | null
  bgpAddress: string | null
}

/**
 * Returns the routing weight for routes learned over a connection, as last reported by ARM. The connection's own poll
 * takes precedence over the inventory, which is polled less often; both read the same ARM property.
 * @param reported last result of the connection's own poll; null = none, or none at the requested moment
 * @returns null if neither reports a weight
 */
export const routingWeightOf = (
  configured: Pick<ConnectionConfig, 'routingWeight'>,
  reported: Pick<ConnectionConfig, 'routingWeight'> | null,
): number | null => reported?.routingWeight ?? configured.routingWeight

export type TunnelState = 'up' | 'down' | 'unknown'

/**
 * Returns the state of a connection or tunnel from ARM's status.
 * Source: Azure Network REST, VirtualNetworkGatewayConnectionStatus: Unknown, Connecting, Connected, NotConnected.
 */
export function tunnelState(word: string | null): TunnelState {
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
 * Returns the remote address of a tunnel from its ARM name, which ends with the address: `cxn-branch_203.0.113.10`.
 * @returns null if the name contains no address
 */
export const tunnelRemote = (name: string): string | null => /_([0-9a-f.:]+)(?: \(\d+\))?$/i.exec(name)?.[1] ?? null
