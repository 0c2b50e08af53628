import { type IpAddress, doesPrefixContainAddress, parsePrefix, type IpPrefix } from '#lib/bgp/index.ts'

/**
 * Class of an address. `public`: globally reachable. `special`: this machine, a private network or another block that
 * is not globally reachable; allowed only if OUTBOUND_ALLOW lists it. `never`: link-local, or the address of a cloud's
 * metadata service, which hands out credentials.
 */
export type OutboundAddressClass = 'public' | 'special' | 'never'

function prefixes(...texts: string[]): IpPrefix[] {
  return texts.map((text) => {
    const prefix = parsePrefix(text)
    if (!prefix) throw new Error(`no prefix: ${text}`)
    return prefix
  })
}

const LINK_LOCAL_AND_METADATA = prefixes(
  '169.254.0.0/16',
  'fe80::/10',
  '168.63.129.16/32', // Azure: DNS, DHCP and health probes for every virtual machine
  '100.100.100.200/32', // Alibaba Cloud
  '192.0.0.192/32', // Oracle Cloud
  'fd00:ec2::/32', // AWS
  'fd20:ce::254/128', // Google Cloud
)

/**
 * Blocks of addresses that are not globally reachable. They are in the IANA IPv4 and IPv6 Special-Purpose Address
 * Registries (RFC 6890), or are multicast (RFC 5771). IPv6 addresses outside of 2000::/3 are included too, because IANA
 * allocates global unicast addresses only from that block (RFC 4291 section 2.4).
 */
const SPECIAL_PURPOSE = prefixes(
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/3',
  '4000::/2',
  '8000::/1',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
)

/** IPv6 prefix whose addresses a NAT64 gateway translates to the IPv4 address in their last 32 bits (RFC 6052). */
const NAT64 = prefixes('64:ff9b::/96')

/** IPv6 blocks whose addresses contain an IPv4 address. `shift` is the number of bits after the IPv4 address. */
const CARRIERS = [
  ...prefixes('64:ff9b::/96', '64:ff9b:1::/48', '::/96').map((prefix) => ({ prefix, shift: 0n })),
  ...prefixes('2002::/16').map((prefix) => ({ prefix, shift: 80n })),
]

const holds = (list: readonly IpPrefix[], address: IpAddress) =>
  list.some((prefix) => doesPrefixContainAddress(prefix, address))

function carriedIpv4(address: IpAddress): IpAddress | null {
  const carrier = CARRIERS.find(({ prefix }) => doesPrefixContainAddress(prefix, address))
  return carrier ? { family: 4, value: (address.value >> carrier.shift) & 0xffffffffn } : null
}

/**
 * Returns the class of an address. An IPv6 address with an embedded link-local or metadata IPv4 address is `never`; an
 * address behind a NAT64 gateway has the class of its IPv4 address. IPv4-mapped addresses must already be converted to
 * IPv4 (lib/bgp does it).
 */
export function classifyAddress(address: IpAddress): OutboundAddressClass {
  const carried = carriedIpv4(address)
  if (holds(LINK_LOCAL_AND_METADATA, address)) return 'never'
  if (carried && holds(LINK_LOCAL_AND_METADATA, carried)) return 'never'
  if (carried && holds(NAT64, address)) return classifyAddress(carried)
  return holds(SPECIAL_PURPOSE, address) ? 'special' : 'public'
}

/** Returns the address that a connection reaches: the IPv4 address behind a NAT64, otherwise the address itself. */
export function resolveNat64Address(address: IpAddress): IpAddress {
  return (holds(NAT64, address) && carriedIpv4(address)) || address
}
