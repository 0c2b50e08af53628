import { parseAddress } from './address.ts'
import { linkHosts } from './prefix.ts'

/** Something that a circuit path has once for each address family: a link subnet, or a router's address on it. */
export interface ByFamily {
  ipv4: string | null
  ipv6: string | null
}

/** The MSEE's addresses on a path, from its link subnets; null in a family that has none. */
export function mseeAddresses({ ipv4, ipv6 }: ByFamily): ByFamily {
  const microsoft = (subnet: string | null) => (subnet === null ? null : (linkHosts(subnet)?.microsoft ?? null))
  return { ipv4: microsoft(ipv4), ipv6: microsoft(ipv6) }
}

/**
 * The router's own address in a session with this neighbor: BGP runs between two addresses of one family.
 * @returns '' where none is configured in that family, or the neighbor is no address
 */
export function addressFor(neighbor: string, addresses: ByFamily): string {
  const family = parseAddress(neighbor)?.family
  return (family === 6 ? addresses.ipv6 : family === 4 ? addresses.ipv4 : null) ?? ''
}
