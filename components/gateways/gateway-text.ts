import type { Gateway } from '#lib/gateways/api/index.ts'

const kinds: Record<Gateway['kind'], string> = {
  expressRoute: 'ExpressRoute',
  vpn: 'VPN',
  vwan: 'Virtual WAN',
  routeServer: 'Route Server',
}
export const formatGatewayKindName = (kind: Gateway['kind']) => kinds[kind]

export const formatGatewaySku = ({ name, tier }: Gateway['sku']) => name ?? tier

/**
 * Returns the number of a gateway's connections; null = unknown, because the gateway is in a Virtual WAN hub that is not
 * polled. Azure lists the connections of a hub's gateway at the hub.
 */
export const countConnections = ({ kind, hub, connections }: Pick<Gateway, 'kind' | 'hub' | 'connections'>) =>
  kind === 'vwan' ? (hub?.connections ?? null) : connections.length

/**
 * Formats the scale units of a gateway: the configured minimum and maximum, and the number in use. Returns only the
 * number if it is fixed; null if the gateway has no scale units.
 */
export const formatScaleUnits = (units: Gateway['scaleUnits']) =>
  units === null || units.least === units.most
    ? (units?.least ?? null)
    : `${units.least} to ${units.most ?? 'unknown'}, ${units.inUse ?? 'unknown'} in use`
