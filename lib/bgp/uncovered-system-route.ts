import type { Address } from './address.ts'
import { containsAddress, type Prefix, parsePrefixes } from './prefix.ts'

/** IPv6 global unicast space; Azure routes no other IPv6 address to the Internet (RFC 4291). */
const GLOBAL_UNICAST = parsePrefixes(['2000::/3'])
/**
 * IPv4 space that does not leave the network. The last three prefixes do not exist on the Internet: loopback,
 * link-local, and multicast with reserved space.
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
 * Returns the system route for an address that no user-defined or BGP route covers: `internet` by the default system
 * route; null if Azure drops the traffic. Source: "Virtual network traffic routing" (default: 0.0.0.0/0 to Internet;
 * 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and 100.64.0.0/10 to None).
 */
export function findSystemRoute(address: Address): 'internet' | null {
  const isIn = (prefixes: readonly Prefix[]) => prefixes.some((prefix) => containsAddress(prefix, address))
  if (address.family === 6) return isIn(GLOBAL_UNICAST) ? 'internet' : null
  return isIn(DROPPED) ? null : 'internet'
}
