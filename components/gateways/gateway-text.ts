import type { Gateway } from '#lib/gateways/api/index.ts'

const kinds: Record<Gateway['kind'], string> = {
  expressRoute: 'ExpressRoute',
  vpn: 'VPN',
  vwan: 'Virtual WAN',
  routeServer: 'Route Server',
}
export const formatKind = (kind: Gateway['kind']) => kinds[kind]

export const formatSku = ({ name, tier }: Gateway['sku']) => name ?? tier

/**
 * Formats the scale units of a gateway: the configured minimum and maximum, and the number in use. Returns only the
 * number if it is fixed; null if the gateway has no scale units.
 */
export const formatScale = (units: Gateway['scaleUnits']) =>
  units === null || units.least === units.most
    ? (units?.least ?? null)
    : `${units.least} to ${units.most ?? 'unknown'}, ${units.inUse ?? 'unknown'} in use`
