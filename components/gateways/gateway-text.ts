import type { Gateway } from '#lib/gateways/api/index.ts'

const kinds: Record<Gateway['kind'], string> = {
  expressRoute: 'ExpressRoute',
  vpn: 'VPN',
  vwan: 'Virtual WAN',
  routeServer: 'Route Server',
}
export const formatKind = (kind: Gateway['kind']) => kinds[kind]

export const skuWords = ({ name, tier }: Gateway['sku']) => name ?? tier

/** As ARM bounds them, and those in use; null = it has none. */
export const formatScale = (units: Gateway['scaleUnits']) =>
  units === null || units.least === units.most
    ? (units?.least ?? null)
    : `${units.least} to ${units.most ?? 'unknown'}, ${units.inUse ?? 'unknown'} in use`
