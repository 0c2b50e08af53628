import { GATEWAY_ASN, MSEE_ASN } from '#lib/bgp/index.ts'

export type SessionRole = 'msee' | 'gateway-peer' | 'onprem' | 'other'
export type GatewayKind = 'expressRoute' | 'vpn' | 'vwan' | 'routeServer'

/** A gateway as far as it says which of its neighbors are itself. */
export interface OwnGateway {
  kind: GatewayKind
  /** null or absent = not stated: Azure's default */
  asn?: number | null | undefined
  /** addresses of its instances, by its configuration and by what reported */
  addresses?: readonly string[] | undefined
  /** addresses of other gateways and Route Servers in its network */
  beside?: readonly string[] | undefined
}

/** Who talks to whom in a session of a gateway. */
export interface SessionEndRoles {
  localAddress: string
  neighbor: string
  asn: number | null
}

/**
 * Who is at the far end of a gateway's session. The inside of a gateway is its own addresses: 65515 is every gateway's and Route Server's default, and over VPN
 * a customer's like any other. Where no address decides, a neighbor in the gateway's own AS is inside Azure, because BGP over a connection
 * needs two ASNs (Azure documentation, "About BGP with VPN Gateway"). A VPN gateway's other peers are the customer's routers; an ExpressRoute gateway or
 * a Route Server may have peers (appliances) that ARM doesn't explain.
 */
export function gatewaySessionRole(
  { kind, asn: ownAsn, addresses = [], beside = [] }: OwnGateway,
  { localAddress, neighbor, asn }: SessionEndRoles,
): SessionRole {
  if (neighbor === localAddress || addresses.includes(neighbor)) return 'gateway-peer'
  if (asn === MSEE_ASN) return 'msee'
  if (beside.includes(neighbor)) return 'other'
  if (asn === (ownAsn ?? GATEWAY_ASN)) return 'gateway-peer'
  return kind === 'vpn' && asn !== null ? 'onprem' : 'other'
}

/**
 * Which sessions of a gateway are with itself, by its rows alone: what reports is of the gateway, and rows about that state the gateway's ASN.
 * @param silent further instances, which report nothing now
 */
export function insideOf(
  rows: readonly SessionEndRoles[],
  silent: readonly string[] = [],
): (session: SessionEndRoles) => boolean {
  const addresses = [...rows.map(({ localAddress }) => localAddress), ...silent].filter(Boolean)
  const asn = rows.find((row) => row.asn !== null && addresses.includes(row.neighbor))?.asn
  return (session) => gatewaySessionRole({ kind: 'expressRoute', asn, addresses }, session) === 'gateway-peer'
}
