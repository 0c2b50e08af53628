import { parseAddress } from './address.ts'
import { findLinkSubnetHosts } from './prefix.ts'

/**
 * Values that a circuit path has for IPv4 and for IPv6, for example its link subnet or a router's address in that
 * subnet; null = not configured.
 */
export interface ValueByAddressFamily {
  ipv4: string | null
  ipv6: string | null
}

/** Returns the MSEE's addresses on a path, from its link subnets; null for a family without a link subnet. */
export function findMseeAddresses({ ipv4, ipv6 }: ValueByAddressFamily): ValueByAddressFamily {
  const microsoft = (subnet: string | null) =>
    subnet === null ? null : (findLinkSubnetHosts(subnet)?.microsoft ?? null)
  return { ipv4: microsoft(ipv4), ipv6: microsoft(ipv6) }
}

/**
 * Returns a router's own address in a session with this neighbor. It is the address of the neighbor's address family,
 * because both ends of a session use the same family.
 * @returns '' if no address is configured in that family, or if the neighbor is not an address
 */
export function selectAddressForNeighbor(neighbor: string, addresses: ValueByAddressFamily): string {
  const family = parseAddress(neighbor)?.family
  return (family === 6 ? addresses.ipv6 : family === 4 ? addresses.ipv4 : null) ?? ''
}
