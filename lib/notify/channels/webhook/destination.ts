import { lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/**
 * Addresses that webhooks are never sent to: link-local ones, at which clouds serve credentials, unspecified ones and multicast.
 * Private networks are allowed, because a NOC's receivers are there.
 */
const refused = new BlockList()
refused.addSubnet('169.254.0.0', 16, 'ipv4')
refused.addSubnet('0.0.0.0', 8, 'ipv4')
refused.addSubnet('224.0.0.0', 3, 'ipv4')
refused.addSubnet('fe80::', 10, 'ipv6')
refused.addSubnet('ff00::', 8, 'ipv6')
refused.addSubnet('fd00:ec2::', 32, 'ipv6')
refused.addAddress('::', 'ipv6')
/** Azure's virtual address on every machine, for DNS, DHCP and health probes. */
refused.addAddress('168.63.129.16', 'ipv4')

class RefusedAddressError extends Error {
  override name = 'RefusedAddressError'
}

/** @throws RefusedAddressError for a refused address */
export function admitAddress(address: string): void {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  if (refused.check(address, family)) {
    throw new RefusedAddressError(`${address} is refused: webhooks are not sent to link-local or multicast addresses`)
  }
}

/** dns.lookup that checks the resolved addresses: the same name may resolve to another address at the next request. */
export const guardedLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, '', 0)
    try {
      for (const { address } of addresses) admitAddress(address)
    } catch (refusal) {
      return done(refusal as NodeJS.ErrnoException, '', 0)
    }
    const [first] = addresses
    if (options.all) return done(null, addresses)
    done(null, first?.address ?? '', first?.family ?? 0)
  })
}
