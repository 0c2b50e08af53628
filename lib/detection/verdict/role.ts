import { GATEWAY_ASN, MSEE_ASN } from '#lib/bgp/index.ts'

export type SessionRole = 'msee' | 'gateway-peer' | 'onprem' | 'other'
export type GatewayKind = 'expressRoute' | 'vpn' | 'vwan' | 'routeServer'

/**
 * Who is at the far end of a gateway's session, reported by its ASN alone. A VPN gateway's other peers are the customer's
 * routers; an ExpressRoute gateway or a Route Server may have peers (appliances) that ARM doesn't explain.
 */
export function gatewaySessionRole(remoteAsn: number | null, gateway: GatewayKind): SessionRole {
  if (remoteAsn === MSEE_ASN) return 'msee'
  if (remoteAsn === GATEWAY_ASN) return 'gateway-peer'
  return gateway === 'vpn' && remoteAsn !== null ? 'onprem' : 'other'
}
