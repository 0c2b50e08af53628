import type { ByteReader } from './byte-reader.ts'
import type { AddressFamily } from './address-family.ts'
import { createMalformedStreamError } from './stream-error.ts'
import { formatIpv4Bytes, formatIpv6Bytes } from './wire-text.ts'

/** A prefix in an UPDATE, with its path identifier. */
export interface PrefixWithOptionalPathId {
  /** Prefix as text, for example `10.0.0.0/24`, without bits after its length. */
  prefix: string
  /** Path identifier (RFC 7911); null = the routes have no identifiers. */
  pathId: number | null
}

const BITS = { ipv4: 32, ipv6: 128 }

/**
 * Reads the remaining bytes as prefixes (RFC 4271 section 4.3, RFC 4760 section 5).
 * @returns `hasSpareBits` is true if a prefix has bits after its length; they have no meaning and are removed
 * @throws BmpStreamError if a prefix is longer than an address of its family, or if bytes are missing
 */
export function decodePathPrefixes(
  reader: ByteReader,
  family: AddressFamily,
  withPathIds: boolean,
): { prefixes: PrefixWithOptionalPathId[]; hasSpareBits: boolean } {
  const prefixes: PrefixWithOptionalPathId[] = []
  let hasSpareBits = false
  while (reader.left > 0) {
    const pathId = withPathIds ? reader.u32('a path identifier') : null
    const length = reader.u8('the length of a prefix')
    if (length > BITS[family]) throw createMalformedStreamError(`an ${family} prefix of ${length} bits`)
    const bytes = new Uint8Array(BITS[family] / 8)
    bytes.set(reader.take(Math.ceil(length / 8), 'a prefix'))
    // bits after the length have no meaning (RFC 4271), so they are cleared
    const last = length >> 3
    const octet = bytes[last] ?? 0
    if (length % 8 !== 0) bytes[last] = octet & (0xff00 >> (length % 8)) & 0xff
    if (length % 8 !== 0 && bytes[last] !== octet) hasSpareBits = true
    const address = family === 'ipv4' ? formatIpv4Bytes(bytes) : formatIpv6Bytes(bytes)
    prefixes.push({ prefix: `${address}/${length}`, pathId })
  }
  return { prefixes, hasSpareBits }
}
