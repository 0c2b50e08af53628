import type { Gateway } from '#lib/contract/index.ts'

const kinds: Record<Gateway['kind'], string> = {
  expressRoute: 'ExpressRoute',
  vpn: 'VPN',
  vwan: 'Virtual WAN',
  routeServer: 'Route Server',
}
export const kindWords = (kind: Gateway['kind']) => kinds[kind]

export const skuWords = ({ name, tier, capacity }: Gateway['sku']) =>
  [name ?? tier, capacity !== null ? `× ${capacity}` : null].filter(Boolean).join(' ') || null
