import { GATEWAY_ASN, MSEE_ASN } from '#lib/bgp/index.ts'

export type RemoteSessionEndRole = 'msee' | 'gateway-peer' | 'onprem' | 'other'
export type GatewayKind = 'expressRoute' | 'vpn' | 'vwan' | 'routeServer'

/** The data of a gateway by which sessions between its own instances are recognized. */
export interface GatewayWithOwnSessions {
  kind: GatewayKind
  /** ASN of the gateway; null or absent = not reported (Azure's default 65515 is then used) */
  asn?: number | null | undefined
  /** addresses of the gateway's instances, from the configuration and from reports */
  addresses?: readonly string[] | undefined
  /** addresses of other gateways and Route Servers in its virtual network */
  beside?: readonly string[] | undefined
}

/** Both ends of a gateway's session, and the ASN of the neighbor. */
export interface SessionEndRoles {
  localAddress: string
  neighbor: string
  asn: number | null
}

/**
 * Returns the role of the other end of a gateway's session. A neighbor with one of the gateway's own addresses is
 * another instance of the gateway. If the addresses decide nothing, a neighbor with the gateway's own ASN counts as an
 * instance, because BGP over a connection needs two different ASNs (Azure documentation, "About BGP with VPN Gateway").
 * The ASN is checked last, because 65515 is the default of every gateway and Route Server, and over VPN a customer may
 * use it too. Other peers of a VPN gateway are the customer's routers. An ExpressRoute gateway or a Route Server may
 * have other peers (appliances) that ARM does not describe.
 */
export function judgeGatewaySessionRole(
  { kind, asn: ownAsn, addresses = [], beside = [] }: GatewayWithOwnSessions,
  { localAddress, neighbor, asn }: SessionEndRoles,
): RemoteSessionEndRole {
  if (neighbor === localAddress || addresses.includes(neighbor)) return 'gateway-peer'
  if (asn === MSEE_ASN) return 'msee'
  if (beside.includes(neighbor)) return 'other'
  if (asn === (ownAsn ?? GATEWAY_ASN)) return 'gateway-peer'
  return kind === 'vpn' && asn !== null ? 'onprem' : 'other'
}

/**
 * Returns a function that reports whether a session of a gateway is between two of its instances (ADR 0213). It uses
 * only the gateway's rows. The local addresses in the rows belong to the gateway, and a row whose neighbor is such an
 * address shows the gateway's ASN.
 * @param silent addresses of further instances, which currently do not report
 */
export function createInsideSessionTest(
  rows: readonly SessionEndRoles[],
  silent: readonly string[] = [],
): (session: SessionEndRoles) => boolean {
  const addresses = [...rows.map(({ localAddress }) => localAddress), ...silent].filter(Boolean)
  const asn = rows.find((row) => row.asn !== null && addresses.includes(row.neighbor))?.asn
  return (session) => judgeGatewaySessionRole({ kind: 'expressRoute', asn, addresses }, session) === 'gateway-peer'
}
