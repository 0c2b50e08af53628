/** IP address as a number. IPv4-mapped IPv6 addresses are stored as IPv4. */
export interface IpAddress {
  family: 4 | 6
  value: bigint
}

const MAPPED_PREFIX = 0xffffn << 32n

/**
 * Parses an IPv4 or IPv6 address in any of its text forms (RFC 4291 section 2.2).
 * @returns null if the text is not an address
 */
export function parseAddress(text: string): IpAddress | null {
  const trimmed = text.trim()
  if (!trimmed.includes(':')) {
    const value = parseIpv4(trimmed)
    return value === null ? null : { family: 4, value }
  }
  const value = parseIpv6(trimmed)
  if (value === null) return null
  if (value >> 32n === MAPPED_PREFIX >> 32n) return { family: 4, value: value & 0xffffffffn }
  return { family: 6, value }
}

/** Returns the address family in which an address or prefix is written; an IPv4-mapped address counts as IPv6. */
export const detectAddressFamily = (text: string): 4 | 6 => (text.includes(':') ? 6 : 4)

/** Returns the canonical text of an address: dotted decimal, or RFC 5952 for IPv6. */
export function formatAddress({ family, value }: IpAddress): string {
  return family === 4 ? formatIpv4(value) : formatIpv6(value)
}

/** Returns the canonical text of an address in any form; null if the text is not an address. */
export function canonicalizeAddress(text: string): string | null {
  const address = parseAddress(text)
  return address && formatAddress(address)
}

/** Compares addresses for sorting: IPv4 before IPv6, then by value. */
export function compareAddresses(a: IpAddress, b: IpAddress): number {
  if (a.family !== b.family) return a.family - b.family
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0
}

function parseIpv4(text: string): bigint | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  // The value is a number instead of a bigint, because numbers are faster and each poll parses tables with thousands of
  // routes.
  let value = 0
  for (const part of parts) {
    const octet = octetOf(part)
    if (octet === null) return null
    value = value * 256 + octet
  }
  return BigInt(value)
}

function octetOf(text: string): number | null {
  // An octet with a leading zero is refused, because some parsers read it as octal.
  if (text.length === 0 || text.length > 3 || (text.length > 1 && text[0] === '0')) return null
  let value = 0
  for (let n = 0; n < text.length; n++) {
    const digit = text.charCodeAt(n) - 48
    if (digit < 0 || digit > 9) return null
    value = value * 10 + digit
  }
  return value > 255 ? null : value
}

function parseIpv6(text: string): bigint | null {
  let source = text
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(source)
  if (dotted) {
    const tail = parseIpv4(dotted[2] ?? '')
    if (tail === null) return null
    source = `${dotted[1]}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`
  }
  const halves = source.split('::')
  if (halves.length > 2) return null
  const head = groupsOf(halves[0] ?? '')
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '') : []
  if (!head || !tail) return null
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  const groups = [...head, ...Array<bigint>(missing).fill(0n), ...tail]
  return groups.reduce((value, group) => (value << 16n) | group, 0n)
}

function groupsOf(text: string): bigint[] | null {
  if (text === '') return []
  const groups = text.split(':')
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return null
  return groups.map((group) => BigInt(`0x${group}`))
}

function formatIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => ((value >> shift) & 0xffn).toString()).join('.')
}

function formatIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn))
  let best = { start: -1, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(':')
  if (best.start < 0) return hex(groups)
  return `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`
}
