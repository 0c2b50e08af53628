import { detectAddressFamily } from '#lib/bgp/index.ts'
import { parsePeeringType, type PeeringType } from '#lib/contract/index.ts'
import type { DetectionSettings } from '../model/settings.ts'

/** Returns the address family of a neighbor's address. An unknown address (null) counts as IPv4. */
export const detectPeerFamily = (address: string | null): 4 | 6 => detectAddressFamily(address ?? '')

/** Returns the prefix limit ({@link getPrefixLimit}) for a peering given by its ARM name. */
export const findPrefixLimit = (
  peering: string,
  premium: boolean,
  settings: DetectionSettings,
  family: 4 | 6 = 4,
): number | null => getPrefixLimit(parsePeeringType(peering), premium, settings, family)

/**
 * Returns how many prefixes of an address family Microsoft's edge router accepts from the customer on one path of a
 * peering; null if no limit is documented. Source: Azure documentation, "Azure subscription and service limits"
 * (ExpressRoute limits).
 */
export function getPrefixLimit(
  kind: PeeringType | null,
  premium: boolean,
  settings: DetectionSettings,
  family: 4 | 6,
): number | null {
  if (kind === 'microsoft') return settings[family === 4 ? 'limit.microsoft' : 'limit.microsoft.ipv6']
  if (kind !== 'private') return null
  if (family === 6) return settings['limit.private.ipv6']
  return settings[premium ? 'limit.private.premium' : 'limit.private.standard']
}

/**
 * Returns how many prefixes of an address family a gateway may announce over one connection. Above this limit the
 * connection drops. Source: Azure documentation, "Azure subscription and service limits" (ExpressRoute limits).
 */
export const getAdvertisedPrefixLimit = (settings: DetectionSettings, family: 4 | 6): number =>
  settings[family === 4 ? 'limit.advertised' : 'limit.advertised.ipv6']
