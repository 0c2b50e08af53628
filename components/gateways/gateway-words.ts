import type { Gateway } from '#lib/gateways/api/index.ts'
import type { Session } from '#lib/sessions/api/index.ts'
import { plural } from '../format/quantity.ts'

const kinds: Record<Gateway['kind'], string> = {
  expressRoute: 'ExpressRoute',
  vpn: 'VPN',
  vwan: 'Virtual WAN',
  routeServer: 'Route Server',
}
export const kindWords = (kind: Gateway['kind']) => kinds[kind]

/** A SKU has no number of pieces: ARM's `capacity` is how many instances run, which is shown as such. */
export const skuWords = ({ name, tier }: Gateway['sku']) => name ?? tier

/** Whether a failing gateway still reaches its neighbors: sessions up, and neighbors reached. */
export function gatewayBackupText(sessions: readonly Session[]): string {
  const counted = sessions.filter(({ role, verdict }) => role !== 'gateway-peer' && verdict !== 'never_established')
  const up = counted.filter(({ verdict }) => verdict === 'up')
  if (up.length === 0) {
    return counted.some(({ verdict }) => verdict === 'unknown' || verdict === 'not_reported')
      ? 'No session of this gateway is confirmed up.'
      : 'None: no session of this gateway is up.'
  }
  const neighbors = (of: readonly Session[]) => new Set(of.map(({ neighbor }) => neighbor)).size
  return `${up.length} of ${plural(counted.length, 'session')} up, to ${neighbors(up)} of ${plural(neighbors(counted), 'neighbor')}.`
}
