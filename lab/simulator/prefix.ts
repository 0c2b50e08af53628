/**
 * Prefixes of both families and longest-prefix match. This code is independent of the product's own, so that a test can
 * find a fault in either.
 */

export interface ParsedPrefix {
  readonly text: string
  readonly family: 4 | 6
  readonly bits: bigint
  readonly length: number
}

function v4(text: string): bigint | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  let value = 0n
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null
    value = value * 256n + BigInt(part)
  }
  return value
}

function v6(text: string): bigint | null {
  const halves = text.toLowerCase().split('::')
  if (halves.length > 2) return null
  const groups = (half: string | undefined): string[] => (half ? half.split(':') : [])
  const head = groups(halves[0])
  const tail = groups(halves[1])
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  let value = 0n
  for (const group of [...head, ...Array<string>(Math.max(0, missing)).fill('0'), ...tail]) {
    if (!/^[0-9a-f]{1,4}$/.test(group)) return null
    value = value * 65_536n + BigInt(`0x${group}`)
  }
  return value
}

/** Parses an address of either family; null if it is invalid. */
export function parseAddress(text: string): { family: 4 | 6; bits: bigint } | null {
  const family = text.includes(':') ? 6 : 4
  const bits = family === 6 ? v6(text) : v4(text)
  return bits === null ? null : { family, bits }
}

/** Parses `10.0.0.0/8` or `fd00::/32`; null if it is not a prefix or has bits set beyond its length. */
export function parsePrefixWithoutHostBits(text: string): ParsedPrefix | null {
  const slash = text.indexOf('/')
  const address = parseAddress(slash < 0 ? '' : text.slice(0, slash))
  const digits = text.slice(slash + 1)
  if (!address || !/^\d{1,3}$/.test(digits)) return null
  const length = Number(digits)
  const width = address.family === 4 ? 32 : 128
  if (length > width) return null
  const host = BigInt(width - length)
  if ((address.bits >> host) << host !== address.bits) return null
  return { text, family: address.family, bits: address.bits, length }
}

/** Formats an address; IPv6 in lower case with the longest run of zeros as `::` (RFC 5952). */
export function formatAddress(family: 4 | 6, bits: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 255n)).join('.')
  const groups = Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(112 - 16 * i)) & 65_535n).toString(16))
  const text = groups.join(':')
  const runs = text.match(/(?:^|:)0(?::0)+(?=:|$)/g) ?? []
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '')
  if (longest === '') return text
  const at = text.indexOf(longest)
  return `${text.slice(0, at)}::${text.slice(at + longest.length).replace(/^:/, '')}`
}

/** Returns the n-th prefix of the same length after this one: `nthPrefix(10.0.0.0/24, 2)` is `10.0.2.0/24`. */
export function getNthFollowingPrefix(first: ParsedPrefix, n: number): ParsedPrefix {
  const width = first.family === 4 ? 32 : 128
  const bits = first.bits + (BigInt(n) << BigInt(width - first.length))
  return { ...first, bits, text: `${formatAddress(first.family, bits)}/${first.length}` }
}

/**
 * Returns the n-th address in a prefix. In a /30 or /126, the address 1 belongs to the customer's router, and 2 belongs
 * to Microsoft's.
 */
export const getNthAddressInPrefix = (prefix: ParsedPrefix, n: number): string =>
  formatAddress(prefix.family, prefix.bits + BigInt(n))

/** Reports whether `outer` contains `inner` or equals it. */
export function doesPrefixCover(outer: ParsedPrefix, inner: ParsedPrefix): boolean {
  if (outer.family !== inner.family || outer.length > inner.length) return false
  const shift = BigInt((outer.family === 4 ? 32 : 128) - outer.length)
  return inner.bits >> shift === outer.bits >> shift
}

/** Index for the longest-prefix match. If several items have the same prefix, all of them are returned. */
export class LongestPrefixMatchIndex<T extends { readonly prefix: ParsedPrefix }> {
  private readonly byKey = new Map<string, T[]>()
  private readonly lengths: Record<4 | 6, number[]> = { 4: [], 6: [] }

  constructor(items: Iterable<T>) {
    for (const item of items) {
      const { family, length, bits } = item.prefix
      const key = `${family}/${length}/${bits}`
      const bucket = this.byKey.get(key)
      if (bucket) bucket.push(item)
      else this.byKey.set(key, [item])
      if (!this.lengths[family].includes(length)) this.lengths[family].push(length)
    }
    for (const family of [4, 6] as const) this.lengths[family].sort((a, b) => b - a)
  }

  /** Returns the items with the longest prefix that covers all of `target`; empty if there is none. */
  match(target: ParsedPrefix): readonly T[] {
    const width = target.family === 4 ? 32 : 128
    for (const length of this.lengths[target.family]) {
      if (length > target.length) continue
      const shift = BigInt(width - length)
      const found = this.byKey.get(`${target.family}/${length}/${(target.bits >> shift) << shift}`)
      if (found) return found
    }
    return []
  }
}
