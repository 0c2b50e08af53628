import type { Address } from './address.ts'
import { containsAddress, type Prefix, parsePrefixes } from './prefix.ts'

/** IPv6: what is not global unicast leaves no network (RFC 4291). */
const GLOBAL_UNICAST = parsePrefixes(['2000::/3'])
/** The last three are nowhere on the Internet: loopback, link-local, multicast and reserved space. */
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
 * What Azure does with an address that no route of its own or of BGP covers: to the Internet by the default system route, except space that
 * it drops (null). Source: "Virtual network traffic routing" (default: 0.0.0.0/0 to Internet; 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and
 * 100.64.0.0/10 to None).
 */
export function uncoveredSystemRoute(address: Address): 'internet' | null {
  const isIn = (prefixes: readonly Prefix[]) => prefixes.some((prefix) => containsAddress(prefix, address))
  if (address.family === 6) return isIn(GLOBAL_UNICAST) ? 'internet' : null
  return isIn(DROPPED) ? null : 'internet'
}
