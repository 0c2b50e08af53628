import { type IpAddress, compareAddresses, formatAddress, parseAddress } from './address.ts'

/** IP prefix without host bits. */
export interface IpPrefix {
  family: 4 | 6
  bits: bigint
  length: number
}

export const getAddressBitCount = (family: 4 | 6) => (family === 4 ? 32 : 128)

function mask({ family }: { family: 4 | 6 }, length: number): bigint {
  const width = BigInt(getAddressBitCount(family))
  return ((1n << BigInt(length)) - 1n) << (width - BigInt(length))
}

/**
 * Parses a prefix such as `10.0.0.0/8` or `2001:db8::/32`. A bare address is a host prefix, with one exception: in a
 * route table, `0.0.0.0`, `::` and `default` are the default route, because no host can have these addresses (RFC 1122
 * section 3.2.1.3, RFC 4291 section 2.5.2).
 * @param options.table `classful` = table of a router that prints classful IPv4 networks without their mask (`10.0.0.0`
 *   for `10.0.0.0/8`); `prefixed` = any other route table; absent = not from a table, so `0.0.0.0` is one address
 * @returns the prefix with its host bits cleared, and whether any were set; null if the text is not a prefix
 */
export function parsePrefixWithHostBits(
  text: string,
  options: { table?: 'classful' | 'prefixed' } = {},
): { prefix: IpPrefix; hostBits: boolean } | null {
  if (options.table && text.trim().toLowerCase() === 'default') return parsePrefixWithHostBits('0.0.0.0/0')
  const [addressText = '', lengthText, ...rest] = text.trim().split('/')
  if (rest.length > 0) return null
  const address = parseAddress(addressText)
  if (!address) return null
  // The length of an IPv4-mapped prefix counts IPv6 bits, so `::ffff:10.0.0.0/104` is `10.0.0.0/8`.
  const mapped = address.family === 4 && addressText.includes(':') ? 96 : 0
  let length: number
  if (lengthText === undefined) length = bareLength(address, options.table)
  else if (/^(0|[1-9]\d{0,2})$/.test(lengthText)) length = Number(lengthText) - mapped
  else return null
  if (length < 0 || length > getAddressBitCount(address.family)) return null
  const bits = address.value & mask(address, length)
  return { prefix: { family: address.family, bits, length }, hostBits: bits !== address.value }
}

/** Parses a prefix and clears its host bits; null if the text is not a prefix. */
export function parsePrefix(text: string): IpPrefix | null {
  return parsePrefixWithHostBits(text)?.prefix ?? null
}

/** Returns the canonical text of a prefix, always with its length, for example `10.0.0.0/8` or `2001:db8::/32`. */
export function formatPrefix({ family, bits, length }: IpPrefix): string {
  return `${formatAddress({ family, value: bits })}/${length}`
}

/** Returns the canonical text of a prefix in any form; null if the text is not a prefix. */
export function canonicalizePrefix(text: string): string | null {
  const prefix = parsePrefix(text)
  return prefix && formatPrefix(prefix)
}

/**
 * Returns the canonical text of an address space that a user typed: a prefix, or the first one to three numbers of an
 * IPv4 address (`10.10` means `10.10.0.0/16`); null if the text is neither.
 */
export function parseTypedAddressSpace(text: string): string | null {
  const numbers = text.trim().replace(/\.$/, '').split('.')
  if (numbers.length > 3 || !numbers.every((number) => /^\d{1,3}$/.test(number))) return canonicalizePrefix(text)
  const missing = Array.from({ length: 4 - numbers.length }, () => '0')
  return canonicalizePrefix(`${[...numbers, ...missing].join('.')}/${8 * numbers.length}`)
}

/** Reports whether every address of `inner` lies in `outer`; a prefix contains itself. */
export function doesPrefixContainPrefix(outer: IpPrefix, inner: IpPrefix): boolean {
  return (
    outer.family === inner.family &&
    outer.length <= inner.length &&
    (inner.bits & mask(inner, outer.length)) === outer.bits
  )
}

export function doesPrefixContainAddress(prefix: IpPrefix, address: IpAddress): boolean {
  return prefix.family === address.family && (address.value & mask(prefix, prefix.length)) === prefix.bits
}

/** Compares prefixes for sorting: IPv4 before IPv6, then by address, then shorter prefixes first. */
export function comparePrefixes(a: IpPrefix, b: IpPrefix): number {
  return (
    compareAddresses({ family: a.family, value: a.bits }, { family: b.family, value: b.bits }) || a.length - b.length
  )
}

/**
 * Returns the first two hosts of a circuit path's link subnet: the first belongs to the customer, the second to
 * Microsoft. Source: Azure documentation, "ExpressRoute routing requirements" (IP addresses for Azure private peering).
 * @returns null if the text is not a prefix or does not contain two hosts
 */
export function findLinkSubnetHosts(subnet: string): { customer: string; microsoft: string } | null {
  const prefix = parsePrefix(subnet)
  if (!prefix || getAddressBitCount(prefix.family) - prefix.length < 2) return null
  const host = (offset: bigint) => formatAddress({ family: prefix.family, value: prefix.bits + offset })
  return { customer: host(1n), microsoft: host(2n) }
}

function bareLength({ family, value }: IpAddress, table?: 'classful' | 'prefixed'): number {
  if (table && value === 0n) return 0
  if (table !== 'classful' || family === 6) return getAddressBitCount(family)
  const first = Number(value >> 24n)
  const length = first < 128 ? 8 : first < 192 ? 16 : first < 224 ? 24 : 32
  // A network without a mask is classful only if it has no bits set after its class's mask. `10.1.0.0` has such bits,
  // so it is a host.
  return (value & mask({ family }, length)) === value ? length : 32
}

/** Reports whether two prefixes have an address in common, in which case one contains the other. */
export const overlapsPrefix = (a: IpPrefix, b: IpPrefix): boolean =>
  doesPrefixContainPrefix(a, b) || doesPrefixContainPrefix(b, a)

/** Returns the prefix of the given shorter length that contains this prefix. */
export function getCoveringPrefixOfLength({ family, bits }: IpPrefix, length: number): IpPrefix {
  return { family, bits: bits & mask({ family }, length), length }
}

/** Default routes of both families in canonical form. */
export const DEFAULT_ROUTES: ReadonlySet<string> = new Set(['0.0.0.0/0', '::/0'])

/** Parses prefixes and skips texts that are not prefixes. */
export const parsePrefixes = (texts: readonly string[]): IpPrefix[] => texts.flatMap((text) => parsePrefix(text) ?? [])
