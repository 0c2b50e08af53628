import type { ConnectionFacts, IpsecFacts, IpsecPolicy } from '../api/shared-facts.ts'

/** How a connection of a gateway is configured; null wherever ARM states nothing. */
export interface ConnectionConfig extends ConnectionFacts, IpsecFacts {
  resource: 'connection'
  /** ARM's word: `ExpressRoute`, `IPsec`, `Vnet2Vnet` */
  type: string | null
  status: string | null
  provisioningState: string | null
  /** keys (`armKey`) of the gateways at its ends */
  gatewayKeys: string[]
  /** key (`armKey`) of the circuit that it connects to; null for another kind of connection */
  circuitKey: string | null
  /** key (`armKey`) of the local network gateway that stands for the device on premises; null for another kind of connection */
  deviceKey: string | null
  /** whether BGP runs over it; without it routes are static, and no session shows that a tunnel is down */
  bgp: boolean | null
  /** agreed with the device instead of Azure's own choice; empty = Azure's choice */
  ipsecPolicies: IpsecPolicy[]
  /** addresses by which the gateway speaks BGP over it instead of its own, APIPA as a rule */
  gatewayBgpAddresses: string[]
}

export type { IpsecPolicy }

/** Whether a connection leads to a circuit: ARM counts no bytes of it, Azure Monitor measures them. */
export const isExpressRoute = ({ type }: Pick<ConnectionConfig, 'type'>): boolean =>
  type?.toLowerCase() === 'expressroute'

/** A local network gateway: the device on premises, as it is declared in Azure. */
export interface LocalGatewayConfig {
  resource: 'localGateway'
  /** public address of the device, or its name */
  remote: string | null
  /** static routes to it; with BGP usually its own address alone */
  prefixes: string[]
  asn: number | null
  bgpAddress: string | null
}

/**
 * The routing weight that ranks what comes by a connection: as ARM reported it last. The connection's own poll speaks before the
 * inventory, which is read less often; both read the same property of ARM.
 * @param reported what its own poll reported last; null = nothing, or not as of the moment in question
 * @returns null where neither reports one
 */
export const routingWeightOf = (
  configured: Pick<ConnectionConfig, 'routingWeight'>,
  reported: Pick<ConnectionConfig, 'routingWeight'> | null,
): number | null => reported?.routingWeight ?? configured.routingWeight

export type TunnelState = 'up' | 'down' | 'unknown'

/**
 * A connection's or tunnel's state by ARM's word.
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
 * The far end of a tunnel by the name that ARM gives it, which ends in an address: `cxn-branch_203.0.113.10`.
 * @returns null where it names none
 */
export const tunnelRemote = (name: string): string | null => /_([0-9a-f.:]+)(?: \(\d+\))?$/i.exec(name)?.[1] ?? null
