import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'

/** Resource inside or next to a hub to which a row of a route table of the hub leads. */
interface HubRowNextHop {
  /** last part of the resource's ARM type in lower case, for example `expressroutegateways` or `virtualhubs` */
  kind: string
  /** name of the resource in lower case; null = Azure names only the kind */
  name: string | null
  /** connection of the gateway that brings the route, if it was added to the peer; otherwise null */
  connection: string | null
}

/**
 * Returns the resource to which a row of a hub's route table leads. Azure's peers are `expressRouteGateways/ergw-we`. If
 * the row names no resource, the type of its next hop (`origin`) tells the kind of the gateway. Null = the row names
 * neither, for example because its peer is an address or the name of a connection.
 * @source learn.microsoft.com/azure/virtual-wan/effective-routes-virtual-hub, next hop type
 */
export function parseHubRowNextHop({
  peer,
  nextHop = null,
  origin = null,
}: {
  peer: string | null
  nextHop?: string | null
  origin?: string | null
}): HubRowNextHop | null {
  const [kind = '', name, ...connection] = (peer ?? nextHop ?? '').split('/')
  if (name !== undefined)
    return { kind: kind.toLowerCase(), name: name.toLowerCase(), connection: connection.join('/') || null }
  const ofType = gatewayKindsByNextHopType[origin?.toLowerCase() ?? '']
  return ofType === undefined ? null : { kind: ofType, name: null, connection: null }
}

const gatewayKindsByNextHopType: Readonly<Record<string, string>> = createSafeLookupTable({
  expressroutegateway: 'expressroutegateways',
  vpn_s2s_gateway: 'vpngateways',
})
