import type { Gateway } from '#lib/gateways/api/index.ts'

const kinds: Record<Gateway['kind'], string> = {
  expressRoute: 'ExpressRoute',
  vpn: 'VPN',
  vwan: 'Virtual WAN',
  routeServer: 'Route Server',
}
export const kindWords = (kind: Gateway['kind']) => kinds[kind]

/** A SKU has no number of pieces: ARM's `capacity` is how many instances run, which is shown as such. */
export const skuWords = ({ name, tier }: Gateway['sku']) => name ?? tier
