import type { IpAddress } from './address.ts'
import { doesPrefixContainAddress, type IpPrefix, parsePrefixes } from './prefix.ts'

/** IPv6 global unicast space (RFC 4291). Azure routes no other IPv6 addresses to the Internet. */
const GLOBAL_UNICAST = parsePrefixes(['2000::/3'])
/**
 * IPv4 space that the default system routes do not send to the Internet. The last three prefixes (loopback, link-local,
 * and multicast with reserved space) do not exist on the Internet.
 */
const DROPPED = parsePrefixes([
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/3',
])

/**
 * Returns where Azure sends traffic to an address that no user-defined or BGP route covers: `internet` by the default
 * system route; null if Azure drops the traffic. Source: "Virtual network traffic routing" (default: 0.0.0.0/0 to
 * Internet; 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and 100.64.0.0/10 to None).
 */
export function findSystemRoute(address: IpAddress): 'internet' | null {
  const isIn = (prefixes: readonly IpPrefix[]) => prefixes.some((prefix) => doesPrefixContainAddress(prefix, address))
  if (address.family === 6) return isIn(GLOBAL_UNICAST) ? 'internet' : null
  return isIn(DROPPED) ? null : 'internet'
}
