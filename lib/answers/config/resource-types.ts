/** Resource types, lower case as history keeps them. */
export const CIRCUIT = 'microsoft.network/expressroutecircuits'
export const PORT = 'microsoft.network/expressrouteports'
export const CONNECTION = 'microsoft.network/connections'
export const VNET_GATEWAY = 'microsoft.network/virtualnetworkgateways'
export const WAN_ER_GATEWAY = 'microsoft.network/expressroutegateways'
export const WAN_VPN_GATEWAY = 'microsoft.network/vpngateways'
export const HUB = 'microsoft.network/virtualhubs'
export const VNET = 'microsoft.network/virtualnetworks'

export const GATEWAYS = [VNET_GATEWAY, WAN_ER_GATEWAY, WAN_VPN_GATEWAY, HUB] as const

/** ARM ids are compared without regard to case. */
export function armKey(id: string): string {
  return id.toLowerCase().replace(/\/+$/, '')
}

/** The name behind a type in an ARM id, e.g. of `virtualNetworks`; null if the id holds no such type. */
export function nameInArmId(id: string | null, type: string): string | null {
  const segments = id?.split('/') ?? []
  const index = segments.findIndex((segment) => segment.toLowerCase() === type.toLowerCase())
  return index < 0 ? null : (segments[index + 1] ?? null)
}
