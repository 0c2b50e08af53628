import { type Address, compareAddresses, formatAddress, parseAddress } from './address.ts'

/** An IP prefix without host bits. */
export interface Prefix {
  family: 4 | 6
  bits: bigint
  length: number
}

export const widthOf = (family: 4 | 6) => (family === 4 ? 32 : 128)

function mask({ family }: { family: 4 | 6 }, length: number): bigint {
  const width = BigInt(widthOf(family))
  return ((1n << BigInt(length)) - 1n) << (width - BigInt(length))
}

/**
 * Reads a prefix such as `10.0.0.0/8` or `2001:db8::/32`. A bare address is a host prefix, except where a route table
 * prints it: there `0.0.0.0`, `::` and `default` are the default route, which no host has for an address (RFC 1122 section
 * 3.2.1.3, RFC 4291 section 2.5.2).
 * @param options.table `classful`: of a router that also prints classful IPv4 networks without their mask, `10.0.0.0` for
 * `10.0.0.0/8`; `prefixed`: of anything else; absent = no table, `0.0.0.0` is one address
 * @returns the prefix with its host bits cleared, and whether any were set; null if the text is no prefix
 */
export function readPrefix(
  text: string,
  options: { table?: 'classful' | 'prefixed' } = {},
): { prefix: Prefix; hostBits: boolean } | null {
  if (options.table && text.trim().toLowerCase() === 'default') return readPrefix('0.0.0.0/0')
  const [addressText = '', lengthText, ...rest] = text.trim().split('/')
  if (rest.length > 0) return null
  const address = parseAddress(addressText)
  if (!address) return null
  // an IPv4-mapped prefix counts its length in IPv6 bits
  const mapped = address.family === 4 && addressText.includes(':') ? 96 : 0
  let length: number
  if (lengthText === undefined) length = bareLength(address, options.table)
  else if (/^(0|[1-9]\d{0,2})$/.test(lengthText)) length = Number(lengthText) - mapped
  else return null
  if (length < 0 || length > widthOf(address.family)) return null
  const bits = address.value & mask(address, length)
  return { prefix: { family: address.family, bits, length }, hostBits: bits !== address.value }
}

/** Reads a prefix; null if the text is none. Host bits are cleared. */
export function parsePrefix(text: string): Prefix | null {
  return readPrefix(text)?.prefix ?? null
}

/** Canonical text, always with its length: `10.0.0.0/8`, `2001:db8::/32`. */
export function formatPrefix({ family, bits, length }: Prefix): string {
  return `${formatAddress({ family, value: bits })}/${length}`
}

/** Canonical text of a prefix given in any form; null if it is none. */
export function canonicalPrefix(text: string): string | null {
  const prefix = parsePrefix(text)
  return prefix && formatPrefix(prefix)
}

/** Canonical text of a space as it is typed: a prefix, or the first numbers of an IPv4 address, `10.10` for `10.10.0.0/16`; null if it is none. */
export function typedSpace(text: string): string | null {
  const numbers = text.trim().replace(/\.$/, '').split('.')
  if (numbers.length > 3 || !numbers.every((number) => /^\d{1,3}$/.test(number))) return canonicalPrefix(text)
  const missing = Array.from({ length: 4 - numbers.length }, () => '0')
  return canonicalPrefix(`${[...numbers, ...missing].join('.')}/${8 * numbers.length}`)
}

/** Whether every address of `inner` lies in `outer`; a prefix contains itself. */
export function containsPrefix(outer: Prefix, inner: Prefix): boolean {
  return (
    outer.family === inner.family &&
    outer.length <= inner.length &&
    (inner.bits & mask(inner, outer.length)) === outer.bits
  )
}

export function containsAddress(prefix: Prefix, address: Address): boolean {
  return prefix.family === address.family && (address.value & mask(prefix, prefix.length)) === prefix.bits
}

/** Orders by family, then address, then shorter first. */
export function comparePrefixes(a: Prefix, b: Prefix): number {
  return (
    compareAddresses({ family: a.family, value: a.bits }, { family: b.family, value: b.bits }) || a.length - b.length
  )
}

/**
 * The two hosts of a circuit path's link subnet: the customer's is the first, Microsoft's the second.
 * Source: Azure documentation, "ExpressRoute routing requirements" (IP addresses for Azure private peering).
 * @returns null if the text is no prefix or has no two hosts
 */
export function linkHosts(subnet: string): { customer: string; microsoft: string } | null {
  const prefix = parsePrefix(subnet)
  if (!prefix || widthOf(prefix.family) - prefix.length < 2) return null
  const host = (offset: bigint) => formatAddress({ family: prefix.family, value: prefix.bits + offset })
  return { customer: host(1n), microsoft: host(2n) }
}

function bareLength({ family, value }: Address, table?: 'classful' | 'prefixed'): number {
  if (table && value === 0n) return 0
  if (table !== 'classful' || family === 6) return widthOf(family)
  const first = Number(value >> 24n)
  const length = first < 128 ? 8 : first < 192 ? 16 : first < 224 ? 24 : 32
  // 10.1.0.0 without a mask is no classful network: it can only be a host
  return (value & mask({ family }, length)) === value ? length : 32
}

/** Whether two prefixes have an address in common: one then holds the other. */
export const overlapsPrefix = (a: Prefix, b: Prefix): boolean => containsPrefix(a, b) || containsPrefix(b, a)

/** The prefix of a shorter length that holds another one. */
export function shortenPrefix({ family, bits }: Prefix, length: number): Prefix {
  return { family, bits: bits & mask({ family }, length), length }
}

/** Of both families, in their canonical form. */
export const DEFAULT_ROUTES: ReadonlySet<string> = new Set(['0.0.0.0/0', '::/0'])

/** Parses prefixes, and leaves out texts that are not prefixes. */
export const parsePrefixes = (texts: readonly string[]): Prefix[] => texts.flatMap((text) => parsePrefix(text) ?? [])
