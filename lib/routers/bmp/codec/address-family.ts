/** Address families whose routes are read. Routes of other families are skipped. */
export const addressFamilies = ['ipv4', 'ipv6'] as const
export type AddressFamily = (typeof addressFamilies)[number]

const SAFI_UNICAST = 1

/**
 * Returns the address family for AFI and SAFI codes.
 * @returns null for multicast, VPN, labels and all other families that are not unicast
 */
export function parseAddressFamily(afi: number, safi: number): AddressFamily | null {
  if (safi !== SAFI_UNICAST) return null
  return afi === 1 ? 'ipv4' : afi === 2 ? 'ipv6' : null
}
